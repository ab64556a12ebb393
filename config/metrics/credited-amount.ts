import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Credited amount',
  description:
    'Won deals by the person credited: who has a share of a deal is credited with the share, its owner with what is not shared, nobody with more than the deal. It is what attainment counts; overlay shares come on top and are left out',
  unit: 'money',
  fact: 'credit',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', money: true },
  dimensions: ['owner', 'team', 'split_type'],
  doors: { salesops: ['quota_attainment'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'OwnerId', 'CloseDate'] },
  examples: [
    {
      says: 'a deal shared by two is credited once in total, and a copy of it not at all',
      rows: {
        fct_opportunity: [
          { opportunity_id: 'a', is_won: true, close_on: '2026-02-01', amount: 100 },
          { opportunity_id: 'b', is_won: true, close_on: '2026-02-01', amount: 9, counts_in_clean: false },
        ],
        fct_opportunity_credit: [
          { opportunity_id: 'a', owner_id: 'u1', credit_rate: 0.6, split_type: 'Revenue' },
          { opportunity_id: 'a', owner_id: 'u2', credit_rate: 0.4, split_type: 'Revenue' },
          { opportunity_id: 'b', owner_id: 'u2', credit_rate: 1 },
        ],
      },
      gives: [
        { period: '2026-02', raw: 109, clean: 100 },
        { slice: 'owner:u2', raw: 49, clean: 40 },
        { slice: 'split_type:none', raw: 9, clean: null },
      ],
    },
  ],
});
