import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Velocity of open deals',
  description:
    'Open deals times win rate times average deal by cycle days. It is not velocity_closed: of the same deals the two are far apart',
  unit: 'money per day',
  inputs: { deals: 'open_deals', win: 'win_rate', average: 'average_deal', cycle: 'cycle_days' },
  expression: 'deals * win * average / nullif(cycle, 0)',
  n: 'deals',
  dimensions: ['owner', 'team', 'type'],
  doors: { salesops: ['conversion'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CreatedDate', 'CloseDate'] },
  examples: [
    {
      says: 'three open, half won, 100 each, ten days',
      rows: {
        fct_opportunity: [
          { amount: 1, close_on: '2026-02-20' },
          { amount: 1, close_on: '2026-02-21' },
          { amount: 1, close_on: '2026-02-22' },
          { amount: 100, is_won: true, is_closed: true, close_on: '2026-02-10', cycle_days: 10 },
          { amount: 100, is_closed: true, close_on: '2026-02-11' },
        ],
      },
      gives: [{ period: '2026-02', raw: 15, clean: 15 }],
    },
  ],
});
