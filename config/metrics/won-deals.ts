import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Won deals',
  description: 'Won deals, by the day they closed',
  unit: 'count',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'count', where: 'is_won' },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['revenue', 'conversion'] },
  needs: { Opportunity: ['IsWon'] },
  examples: [
    {
      says: 'a copy is no second win',
      rows: {
        fct_opportunity: [
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-10' },
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-10', counts_in_clean: false },
          { amount: 1, is_closed: true, close_on: '2026-02-10' },
          { amount: 1, close_on: '2026-02-10' },
        ],
      },
      gives: [{ period: '2026-02', raw: 2, clean: 1 }],
    },
  ],
});
