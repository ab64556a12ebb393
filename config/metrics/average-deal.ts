import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Average deal',
  description: 'Mean amount of won deals, by the day they closed; deals of 0 and below, such as credits, are left out',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'average', of: 'amount', where: 'is_won and amount > 0', money: true },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['revenue'] },
  needs: { Opportunity: ['Amount', 'IsWon'] },
  examples: [
    {
      says: 'a credit is no deal, and a copy pulls the mean to its own amount',
      rows: {
        fct_opportunity: [
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-02-10' },
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-02-10', counts_in_clean: false },
          { amount: 400, is_won: true, is_closed: true, close_on: '2026-02-11' },
          { amount: -50, is_won: true, is_closed: true, close_on: '2026-02-12' },
          { amount: 9000, is_closed: true, close_on: '2026-02-12' },
        ],
      },
      gives: [{ period: '2026-Q1', raw: 200, clean: 250 }],
    },
  ],
});
