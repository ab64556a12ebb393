import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Deals won in 180 days',
  description: 'Deals won within 180 days of their creation, of those created 180 days ago or earlier',
  unit: 'rate',
  fact: 'opportunity',
  time: 'created_on',
  reached: 'won_on',
  withinDays: 180,
  dimensions: ['owner', 'team', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['CreatedDate', 'CloseDate', 'IsWon'] },
  examples: [
    {
      says: 'by cohort, so that old open deals do not flatter it',
      rows: {
        fct_opportunity: [
          { amount: 1, is_won: true, is_closed: true, close_on: '2025-09-10', created_on: '2025-08-01' },
          { amount: 1, close_on: '2026-09-10', created_on: '2025-08-02' },
          { amount: 1, is_closed: true, close_on: '2025-09-10', created_on: '2025-08-03' },
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-05-10', created_on: '2026-05-01' },
        ],
      },
      gives: [
        { period: '2025-08', raw: 0.333333333, clean: 0.333333333 },
        { period: '2026-05', raw: null, clean: null },
      ],
    },
  ],
});
