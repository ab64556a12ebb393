import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Revenue per customer',
  description: 'Amount won by customers, by the number of them; a won deal without an account is of no customer',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  numerator: { aggregate: 'sum', of: 'amount', where: 'is_won and account is not null', money: true },
  denominator: { aggregate: 'distinct', of: 'customer', where: 'is_won' },
  dimensions: ['owner', 'team', 'account'],
  doors: { salesops: ['revenue'], revops: ['customer_value'] },
  needs: { Opportunity: ['Amount', 'AccountId', 'IsWon'] },
  examples: [
    {
      says: 'an account entered twice halves it',
      rows: {
        fct_opportunity: [
          { amount: 100, account_id: 'a1', account_key: 'acme', is_won: true, close_on: '2026-02-10' },
          { amount: 300, account_id: 'a2', account_key: 'acme', is_won: true, close_on: '2026-02-11' },
          { amount: 5000, is_won: true, close_on: '2026-02-12' },
          { amount: 10, account_id: 'b1', account_key: 'zed', close_on: '2026-02-13' },
        ],
      },
      gives: [{ period: '2026', raw: 200, clean: 400 }],
    },
  ],
});
