import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Velocity of closed deals',
  description: 'Closed deals times win rate times average deal by cycle days: money won a day of cycle',
  unit: 'money per day',
  inputs: { deals: 'closed_deals', win: 'win_rate', average: 'average_deal', cycle: 'cycle_days' },
  expression: 'deals * win * average / nullif(cycle, 0)',
  n: 'deals',
  dimensions: ['owner', 'team', 'type'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CreatedDate', 'CloseDate'] },
  examples: [
    {
      says: 'two closed, half won, 100 each, ten days',
      rows: {
        fct_opportunity: [
          { amount: 1, close_on: '2026-02-20' },
          { amount: 1, close_on: '2026-02-21' },
          { amount: 1, close_on: '2026-02-22' },
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-02-10', cycle_days: 10 },
          { amount: 100, is_closed: true, close_on: '2026-02-11' },
        ],
      },
      gives: [{ period: '2026-02', raw: 10, clean: 10 }],
    },
  ],
});
