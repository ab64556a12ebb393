import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Pipeline coverage of the rest',
  description:
    'Open pipeline expected to close in the period, by what is left of the quota; no value once the quota is reached',
  unit: 'rate',
  inputs: { open: 'open_pipeline', quota: 'quota', won: 'bookings' },
  expression: 'case when quota > won then open / (quota - won) end',
  n: 'open',
  dimensions: ['owner'],
  doors: { salesops: ['quota_attainment'] },
  needs: { Opportunity: ['Amount', 'CloseDate', 'IsWon'], ForecastingQuota: ['QuotaAmount'] },
  examples: [
    {
      says: 'what is won needs no cover, and a quota that is reached none at all',
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
        { period: '2026-Q2', raw: 4, clean: 2 },
        { period: '2026-Q1', raw: null, clean: null },
      ],
    },
  ],
});
