import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Win rate by count',
  description: 'Won deals by won and lost ones, by the day they closed; open deals count on neither side',
  unit: 'rate',
  fact: 'opportunity',
  time: 'close_on',
  numerator: { aggregate: 'count', where: 'is_won' },
  denominator: { aggregate: 'count', where: 'is_closed' },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['IsWon', 'IsClosed', 'CloseDate'] },
  examples: [
    {
      says: 'a copy closed as lost lowers it on raw; where nothing has closed there is no rate, not 0',
      rows: {
        fct_opportunity: [
          { is_won: true, is_closed: true, close_on: '2026-02-10', owner_id: 'u1' },
          { is_closed: true, close_on: '2026-02-10', owner_id: 'u1', counts_in_clean: false },
          { close_on: '2026-05-10', owner_id: 'u2' },
        ],
      },
      gives: [
        { raw: 0.5, clean: 1 },
        { period: '2026-Q2', raw: null, clean: null },
        { slice: 'owner:u2', raw: null, clean: null },
      ],
    },
  ],
});
