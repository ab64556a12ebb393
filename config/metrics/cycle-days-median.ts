import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Sales cycle, median',
  description: 'Median days from creation to close of won deals, by the day they closed',
  unit: 'days',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'median', of: 'cycle_days', where: 'is_won' },
  dimensions: ['owner', 'team', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['CreatedDate', 'CloseDate', 'IsWon'] },
  examples: [
    {
      says: 'one slow deal moves the mean, not the median',
      rows: {
        fct_opportunity: [
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-10', cycle_days: 10 },
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-11', cycle_days: 20 },
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-12', cycle_days: 900 },
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-12', cycle_days: 900, counts_in_clean: false },
        ],
      },
      gives: [{ period: '2026-Q1', raw: 460, clean: 20 }],
    },
  ],
});
