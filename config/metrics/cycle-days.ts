import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Sales cycle, mean',
  description:
    'Mean days from creation to close of won deals, by the day they closed; deals that closed before they were created are left out',
  unit: 'days',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'average', of: 'cycle_days' },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['CreatedDate', 'CloseDate', 'IsWon'] },
  examples: [
    {
      says: 'days are close minus creation, never the other way round, and dates that contradict each other are unknown',
      rows: {
        fct_opportunity: [
          { is_won: true, close_on: '2026-02-10', cycle_days: 10 },
          { is_won: true, close_on: '2026-02-20', cycle_days: 40 },
          { is_won: true, close_on: '2026-02-21', cycle_days: null },
          { is_won: true, close_on: '2026-02-10', cycle_days: 10, counts_in_clean: false },
        ],
      },
      gives: [{ period: '2026-02', raw: 20, clean: 25 }],
    },
  ],
});
