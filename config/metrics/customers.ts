import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Customers',
  description:
    'Accounts with a won deal that closed in the period; on clean companies, however many accounts they have',
  unit: 'count',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'distinct', of: 'customer', where: 'is_won' },
  dimensions: ['owner', 'team', 'account'],
  doors: { salesops: ['revenue'], revops: ['customer_value'] },
  needs: { Opportunity: ['AccountId', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'two accounts of one company are one customer; a deal without an account is none',
      rows: {
        fct_opportunity: [
          { account_id: 'a1', account_key: 'acme', is_won: true, close_on: '2026-02-10', owner_id: 'u1' },
          { account_id: 'a2', account_key: 'acme', is_won: true, close_on: '2026-05-10', owner_id: 'u1' },
          { account_id: 'b1', account_key: 'zed', is_won: true, close_on: '2026-05-11', owner_id: 'u2' },
          { account_id: 'c1', account_key: 'ohm', is_closed: true, close_on: '2026-05-11', owner_id: 'u2' },
          { is_won: true, close_on: '2026-05-12', owner_id: 'u2' },
        ],
      },
      gives: [
        { raw: 3, clean: 2 },
        { period: '2026-Q2', raw: 2, clean: 2 },
        { slice: 'owner:u1', raw: 2, clean: 1 },
      ],
    },
  ],
});
