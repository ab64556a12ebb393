import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Weighted pipeline',
  description:
    'Amount of open deals times their probability, by the day they are expected to close; probability is 0 to 1 here, not 0 to 100',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount * probability_rate', where: 'is_open', money: true },
  dimensions: ['owner', 'team', 'stage', 'type'],
  doors: { salesops: ['pipeline', 'forecast'] },
  needs: { Opportunity: ['Amount', 'Probability', 'CloseDate'] },
  examples: [
    {
      says: 'amount times 20 % is a fifth of it, not twenty times',
      rows: {
        fct_opportunity: [
          { amount: 1000, close_on: '2026-07-01', probability_rate: 0.2 },
          { amount: 100, close_on: '2026-07-02', probability_rate: 0.5 },
          { amount: 100, close_on: '2026-07-02', probability_rate: 0.5, counts_in_clean: false },
          { amount: 700, is_won: true, is_closed: true, close_on: '2026-07-03', probability_rate: 1 },
        ],
      },
      gives: [{ period: '2026-07', raw: 300, clean: 250 }],
    },
  ],
});
