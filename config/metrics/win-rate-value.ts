import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Win rate by value',
  description:
    'Amount won by amount won and lost, by the day deals closed; lost deals often have no amount, which flatters it',
  unit: 'rate',
  fact: 'opportunity',
  time: 'close_on',
  numerator: { aggregate: 'sum', of: 'amount', where: 'is_won', money: true },
  denominator: { aggregate: 'sum', of: 'amount', where: 'is_closed', money: true },
  dimensions: ['owner', 'team', 'account', 'type', 'lead_source'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'IsClosed'] },
  examples: [
    {
      says: 'it is no win rate by count: one large win among small losses',
      rows: {
        fct_opportunity: [
          { amount: 900, is_won: true, is_closed: true, close_on: '2026-02-10' },
          { amount: 50, is_closed: true, close_on: '2026-02-10' },
          { amount: 50, is_closed: true, close_on: '2026-02-11' },
          { amount: null, is_closed: true, close_on: '2026-04-11' },
          { amount: 20, is_closed: true, close_on: '2026-07-11' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 0.9, clean: 0.9 },
        { period: '2026-Q2', raw: null, clean: null },
        { period: '2026-Q3', raw: 0, clean: 0 },
      ],
    },
  ],
});
