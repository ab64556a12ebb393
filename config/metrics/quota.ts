import { defineMetric } from '../../src/model/metric.ts';
import { quotaSlices } from '../quota-slices.ts';

export default defineMetric({
  kind: 'sql',
  title: 'Quota',
  description:
    'What is to be sold in a period, by the quotas that lie in it as a whole. In a total a quota above others holds them; where forecast types differ there is no value',
  unit: 'money',
  dimensions: ['owner'],
  doors: { salesops: ['quota_attainment'] },
  needs: { ForecastingQuota: ['QuotaAmount', 'QuotaOwnerId', 'StartDate'] },
  select: `
with by_type as (
  select q.basis, p.period_kind, p.period, p.period_start, s.connection_id, s.dimension, s.key, q.forecast_type, sum(q.quota_amount) as amount, count(*) as n,
    count(distinct q.currency) as currencies
  from {quota} q
  ${quotaSlices('q')}
  group by q.basis, p.period_kind, p.period, p.period_start, s.connection_id, s.dimension, s.key, q.forecast_type
)
select basis, period_kind, period, period_start, connection_id, dimension, key,
  case when min(amount) = max(amount) and max(currencies) = 1 then min(amount) end as value, max(n) as n
from by_type
group by basis, period_kind, period, period_start, connection_id, dimension, key`,
  examples: [
    {
      says: 'the quota of a manager holds those of the team',
      rows: {
        fct_quota: [
          { owner_id: 'mona', quota_amount: 400, start_on: '2026-04-01', end_on: '2026-06-30', currency: 'USD' },
          {
            owner_id: 'rita',
            quota_amount: 200,
            start_on: '2026-04-01',
            end_on: '2026-06-30',
            currency: 'USD',
            is_top: false,
          },
        ],
      },
      gives: [
        { period: '2026-Q2', raw: 400, clean: 400 },
        { period: '2026-Q2', slice: 'owner:rita', raw: 200, clean: 200 },
      ],
    },
    {
      says: 'a quota of February to April is in no quarter and year of the calendar, one of a month in its quarter',
      rows: {
        fct_quota: [
          { owner_id: 'rita', quota_amount: 300, start_on: '2026-02-01', end_on: '2026-04-30', currency: 'USD' },
          { owner_id: 'sven', quota_amount: 40, start_on: '2026-02-01', end_on: '2026-02-28', currency: 'USD' },
          { owner_id: 'theo', quota_amount: 1000, start_on: '2026-01-01', end_on: '2026-12-31', currency: 'USD' },
        ],
      },
      gives: [
        { raw: 1340, clean: 1340 },
        { period: '2026-02', raw: 40, clean: 40 },
        { period: '2026-Q1', raw: 40, clean: 40 },
        { period: '2026', raw: 1040, clean: 1040 },
      ],
    },
  ],
});
