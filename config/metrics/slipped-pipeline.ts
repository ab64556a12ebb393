import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'sql',
  title: 'Slipped pipeline',
  description:
    'Amount, as the period began, of deals that were to close in it, were open at its end (or today), and have had a close date after it since',
  unit: 'money',
  dimensions: ['owner', 'team'],
  doors: { salesops: ['pipeline'] },
  needs: { Opportunity: ['Amount', 'CloseDate'], OpportunityHistory: ['CloseDate'] },
  select: `
with version as materialized (
  select * from (
    -- People often move a date, or close the deal, days after it has passed: what came later counts too.
    select basis, connection_id, opportunity_id, owner_id, close_on, amount, currency, valid_from_on, valid_to_on, is_open,
      max(close_on) over (partition by basis, connection_id, opportunity_id order by valid_from_on rows between current row and unbounded following) as last_close_on
    from {deal_version}
  ) v where is_open
),
-- The periods of each day once, with the day that decides: their end, or today.
due_in as materialized (
  select d.close_on, p.period_kind, p.period, p.period_start
  from (select distinct close_on from version) d
  cross join lateral {periods of d.close_on} p
  where p.period_start <= current_setting('assay.as_of')::date
),
ended as materialized (
  select p.period_kind, p.period_start, {end of p} as next_start from (select distinct period_kind, period_start from due_in) p
),
period as materialized (
  select d.*, e.next_start, least(e.next_start, current_setting('assay.as_of')::date + 1) as end_on
  from due_in d
  join ended e on e.period_kind = d.period_kind and e.period_start = d.period_start
),
due as (
  select v.basis, v.connection_id, v.opportunity_id, v.owner_id, v.amount, v.currency, p.period_kind, p.period, p.period_start, p.next_start, p.end_on
  from version v
  join period p on p.close_on = v.close_on
  -- As the period began: a change of its first day comes after that.
  where v.valid_from_on < p.period_start and (v.valid_to_on is null or v.valid_to_on >= p.period_start)
),
slipped as (
  select d.basis, d.period_kind, d.period, d.period_start, d.connection_id, d.owner_id, d.amount, d.currency
  from due d
  join version e on e.basis = d.basis and e.connection_id = d.connection_id and e.opportunity_id = d.opportunity_id
    and e.valid_from_on < d.end_on and (e.valid_to_on is null or e.valid_to_on >= d.end_on) and e.last_close_on >= d.next_start
)
select s.basis, s.period_kind, s.period, s.period_start, c.connection_id, c.dimension, c.key,
  case when count(s.amount) = 0 or min(s.currency) <> max(s.currency) then null else sum(s.amount) end as value, count(*) as n
from slipped s
cross join lateral (
  select 'all' as dimension, '*' as connection_id, 'all' as key
  union all
  select 'org', s.connection_id, s.connection_id
  union all
  select 'owner', s.connection_id, coalesce(s.owner_id, 'none')
  union all
  select 'team', t.connection_id, t.team_id from unified.team_member t where t.connection_id = s.connection_id and t.user_id = s.owner_id
) c
group by s.basis, s.period_kind, s.period, s.period_start, c.connection_id, c.dimension, c.key`,
  examples: [
    {
      says: 'a deal that closes late slips, one pulled in or won does not, and one due later that moves is none of this period',
      rows: {
        fct_opportunity_version: [
          // Moved out of March, and out of the quarter.
          {
            opportunity_id: 'a',
            amount: 100,
            close_on: '2026-03-20',
            valid_from_on: '2026-01-05',
            valid_to_on: '2026-03-15',
          },
          { opportunity_id: 'a', amount: 120, close_on: '2026-04-20', valid_from_on: '2026-03-15' },
          // Moved within the quarter.
          {
            opportunity_id: 'b',
            amount: 40,
            close_on: '2026-01-20',
            valid_from_on: '2025-12-01',
            valid_to_on: '2026-01-15',
          },
          {
            opportunity_id: 'b',
            amount: 40,
            close_on: '2026-02-20',
            valid_from_on: '2026-01-15',
            valid_to_on: '2026-02-18',
          },
          { opportunity_id: 'b', amount: 40, close_on: '2026-02-18', valid_from_on: '2026-02-18', is_open: false },
          // Due in the quarter after.
          {
            opportunity_id: 'c',
            amount: 7,
            close_on: '2026-05-20',
            valid_from_on: '2025-12-01',
            valid_to_on: '2026-02-15',
          },
          { opportunity_id: 'c', amount: 7, close_on: '2026-08-20', valid_from_on: '2026-02-15' },
        ],
        dim_date: [
          { date: '2026-03-20' },
          { date: '2026-04-20' },
          { date: '2026-01-20' },
          { date: '2026-02-20' },
          { date: '2026-02-18' },
          { date: '2026-05-20' },
          { date: '2026-08-20' },
        ],
      },
      gives: [
        { period: '2026-03', raw: 100, clean: 100 },
        { period: '2026-01', raw: 40, clean: 40 },
        { period: '2026-02', raw: null, clean: null },
        { period: '2026-Q1', raw: null, clean: null },
        { period: '2026-05', raw: null, clean: null },
      ],
    },
  ],
});
