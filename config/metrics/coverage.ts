import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Pipeline coverage',
  description:
    'Open pipeline expected to close in the period, by the quota of the period; of a manager that of the whole team',
  unit: 'rate',
  inputs: { open: { metric: 'open_pipeline', ofTeam: true }, quota: 'quota' },
  expression: 'open / nullif(quota, 0)',
  n: 'open',
  dimensions: ['owner'],
  doors: { salesops: ['quota_attainment'] },
  needs: { Opportunity: ['Amount', 'CloseDate'], ForecastingQuota: ['QuotaAmount'] },
  examples: [
    {
      says: 'copies make it look safe',
      rows: {
        fct_quota: [
          { owner_id: 'rita', quota_amount: 200, start_on: '2026-04-01', end_on: '2026-06-30', currency: 'USD' },
          { owner_id: 'rita', quota_amount: 10, start_on: '2026-01-01', end_on: '2026-03-31', currency: 'USD' },
        ],
        fct_opportunity: [
          { amount: 50, is_won: true, is_closed: true, close_on: '2026-04-10', owner_id: 'rita' },
          { amount: 300, close_on: '2026-06-10', owner_id: 'rita' },
          { amount: 300, close_on: '2026-06-10', owner_id: 'rita', counts_in_clean: false },
          { amount: 50, is_won: true, is_closed: true, close_on: '2026-02-10', owner_id: 'rita' },
          { amount: 5, close_on: '2026-02-10', owner_id: 'rita' },
        ],
      },
      gives: [
        { period: '2026-Q2', raw: 3, clean: 1.5 },
        { period: '2026-Q1', slice: 'owner:rita', raw: 0.5, clean: 0.5 },
      ],
    },
  ],
});
