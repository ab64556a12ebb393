import { defineMetric } from '../../src/model/metric.ts';
import { quotaSlices } from '../quota-slices.ts';

/** A quota of 100 for the second quarter of 2026 each. */
const quotasOf = (...owners: string[]) =>
  owners.map((owner, at) => ({
    quota_id: String(at + 1),
    owner_id: owner,
    quota_amount: 100,
    start_on: '2026-04-01',
    end_on: '2026-06-30',
    has_begun: true,
    currency: 'USD',
  }));

export default defineMetric({
  kind: 'sql',
  title: 'Quota attainment',
  description:
    'Amount won in the periods of quotas that have begun, by the quota; a period has the quotas that lie in it as a whole. Who has a share of a deal is credited with the share, its owner with what is not shared. A manager is measured by the whole team. Forecast types are quotas of their own: where theirs differ there is no value but by type',
  unit: 'rate',
  doors: { salesops: ['quota_attainment'] },
  dimensions: ['owner', 'forecast_type', 'owner_forecast_type'],
  needs: {
    ForecastingQuota: ['QuotaAmount', 'QuotaOwnerId', 'StartDate'],
    Opportunity: ['Amount', 'IsWon', 'OwnerId'],
  },
  select: `
with quota as (
  select basis, connection_id, forecast_type as type, owner_id, start_on, end_on, bool_and(is_top) as is_top,
    sum(quota_amount) as quota_amount, min(currency) as currency, max(currency) as last_currency
  from {quota}
  where has_begun
  group by basis, connection_id, forecast_type, owner_id, start_on, end_on
),
-- Everybody below a carrier of a quota, and the carrier.
team as (
  select connection_id, team_id as owner_id, user_id as member_id from unified.team_member
  union
  select connection_id, owner_id, owner_id from quota
),
won as (
  select basis, connection_id, owner_id, close_on, sum(amount) as amount, count(distinct opportunity_id) as n, min(currency) as currency,
    max(currency) as last_currency
  from {credit}
  group by basis, connection_id, owner_id, close_on
),
credited as (
  select
    q.basis, q.connection_id, q.type, q.owner_id, q.start_on, q.end_on, q.quota_amount, q.is_top,
    coalesce(sum(w.amount), 0) as won_amount, coalesce(sum(w.n), 0) as n,
    least(q.currency, min(w.currency)) as currency, greatest(q.last_currency, max(w.last_currency)) as last_currency
  from quota q
  join team m on m.connection_id = q.connection_id and m.owner_id = q.owner_id
  left join won w on w.basis = q.basis and w.connection_id = m.connection_id and w.owner_id = m.member_id
    and w.close_on between q.start_on and q.end_on
  group by q.basis, q.connection_id, q.type, q.owner_id, q.start_on, q.end_on, q.quota_amount, q.is_top, q.currency, q.last_currency
),
by_type as (
  select c.basis, p.period_kind, p.period, p.period_start, s.connection_id, s.dimension, s.key, c.type,
    case when min(c.currency) = max(c.last_currency)
      then sum(c.won_amount)::numeric / nullif(sum(c.quota_amount), 0)::numeric end as value,
    sum(c.n) as n
  from credited c
  ${quotaSlices('c')}
  group by c.basis, p.period_kind, p.period, p.period_start, s.connection_id, s.dimension, s.key, c.type
)
select basis, period_kind, period, period_start, connection_id, dimension, key,
  case when count(value) = count(*) and min(value) = max(value) then min(value) end as value, max(n) as n
from by_type
group by basis, period_kind, period, period_start, connection_id, dimension, key
union all
select basis, period_kind, period, period_start, connection_id,
  case dimension when 'owner' then 'owner_forecast_type' else 'forecast_type' end,
  case dimension when 'owner' then key || '/' else '' end || type, value, n
from by_type
where dimension <> 'org'`,
  examples: [
    {
      says: 'two forecast types are two quotas, never a sum; a manager has the whole team, and a total counts it once',
      rows: {
        fct_quota: [
          {
            owner_id: 'mona',
            quota_amount: 400,
            start_on: '2026-04-01',
            end_on: '2026-06-30',
            forecasting_type_id: 'rev',
            has_begun: true,
            currency: 'USD',
          },
          {
            owner_id: 'rita',
            quota_amount: 200,
            start_on: '2026-04-01',
            end_on: '2026-06-30',
            forecasting_type_id: 'rev',
            has_begun: true,
            currency: 'USD',
            is_top: false,
          },
          {
            owner_id: 'rita',
            quota_amount: 50,
            start_on: '2026-04-01',
            end_on: '2026-06-30',
            forecasting_type_id: 'new',
            has_begun: true,
            currency: 'USD',
          },
          { owner_id: 'rita', quota_amount: 900, start_on: '2027-01-01', end_on: '2027-03-31', has_begun: false },
        ],
        team_member: [
          { team_id: 'mona', user_id: 'mona', depth: 0 },
          { team_id: 'mona', user_id: 'rita', depth: 1 },
        ],
        fct_opportunity: [
          { opportunity_id: 'a', amount: 100, is_won: true, close_on: '2026-05-01' },
          { opportunity_id: 'b', amount: 100, is_won: true, close_on: '2026-05-01', counts_in_clean: false },
          { opportunity_id: 'c', amount: 20, is_won: true, close_on: '2026-04-01' },
        ],
        fct_opportunity_credit: [
          { opportunity_id: 'a', owner_id: 'rita', credit_rate: 1 },
          { opportunity_id: 'b', owner_id: 'rita', credit_rate: 1 },
          { opportunity_id: 'c', owner_id: 'mona', credit_rate: 1 },
        ],
      },
      gives: [
        { period: '2026-Q2', slice: 'owner:mona', raw: 0.55, clean: 0.3 },
        { period: '2026-Q2', slice: 'owner:rita', raw: null, clean: null },
        { period: '2026-Q2', slice: 'owner:rita/type:new', raw: 4, clean: 2 },
        { period: '2026-Q2', slice: 'type:rev', raw: 0.55, clean: 0.3 },
      ],
    },
    {
      says: 'two who share a deal are credited with their shares',
      rows: {
        fct_quota: quotasOf('rita', 'sven'),
        fct_opportunity: [
          { opportunity_id: 'a', amount: 100, is_won: true, close_on: '2026-05-01' },
          { opportunity_id: 'b', amount: 10, is_won: true, close_on: '2026-05-02' },
        ],
        fct_opportunity_credit: [
          { opportunity_id: 'a', owner_id: 'rita', credit_rate: 0.7 },
          { opportunity_id: 'a', owner_id: 'sven', credit_rate: 0.3 },
          { opportunity_id: 'b', owner_id: 'sven', credit_rate: 1 },
        ],
      },
      gives: [
        { period: '2026-Q2', slice: 'owner:rita', raw: 0.7, clean: 0.7 },
        { period: '2026-Q2', slice: 'owner:sven', raw: 0.4, clean: 0.4 },
        { period: '2026-Q2', raw: 0.55, clean: 0.55 },
      ],
    },
    {
      says: 'without a quota there is no attainment',
      rows: {
        fct_opportunity: [{ opportunity_id: 'a', amount: 100, is_won: true, close_on: '2026-05-01' }],
        fct_opportunity_credit: [{ opportunity_id: 'a', owner_id: 'rita', credit_rate: 1 }],
      },
      gives: [{ raw: null, clean: null }],
    },
  ],
});
