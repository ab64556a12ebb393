import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Credited amount',
  description:
    'Shares of won deals by the person credited, for kinds of split of the amount whose shares make 100 %; overlay shares come on top and are left out',
  unit: 'money',
  fact: 'split',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', where: 'is_won and is_credit', money: true },
  dimensions: ['owner', 'team', 'split_type'],
  doors: { salesops: ['quota_attainment'] },
  needs: { OpportunitySplit: ['SplitAmount', 'SplitOwnerId'] },
  examples: [
    {
      says: 'a deal split in two is credited once in total',
      rows: {
        fct_opportunity: [
          { opportunity_id: 'a', is_won: true, close_on: '2026-02-01' },
          { opportunity_id: 'b', is_won: true, close_on: '2026-02-01', counts_in_clean: false },
        ],
        fct_opportunity_split: [
          { opportunity_id: 'a', owner_id: 'u1', amount: 60, is_total_validated: true, currency: 'USD' },
          { opportunity_id: 'a', owner_id: 'u2', amount: 40, is_total_validated: true, currency: 'USD' },
          { opportunity_id: 'a', owner_id: 'u3', amount: 100, is_total_validated: false, currency: 'USD' },
          { opportunity_id: 'b', owner_id: 'u2', amount: 9, is_total_validated: true, currency: 'USD' },
        ],
      },
      gives: [
        { period: '2026-02', raw: 109, clean: 100 },
        { slice: 'owner:u2', raw: 49, clean: 40 },
      ],
    },
  ],
});
