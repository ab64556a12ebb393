import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Closed deals',
  description: 'Won and lost deals, by the day they closed',
  unit: 'count',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'count', where: 'is_closed' },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['IsClosed'] },
  examples: [
    {
      says: 'open deals count not yet',
      rows: {
        fct_opportunity: [
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-02-10' },
          { amount: 1, is_closed: true, close_on: '2026-02-10' },
          { amount: 1, close_on: '2026-02-10' },
        ],
      },
      gives: [{ period: '2026-02', raw: 2, clean: 2 }],
    },
  ],
});
