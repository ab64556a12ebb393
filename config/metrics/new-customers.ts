import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'New customers',
  description:
    'Customers by the day of their first won deal. On clean a customer is the company at the top of a group, however many accounts it has; deals without an account win none, and an amount below 0 is a refund',
  unit: 'count',
  fact: 'customer',
  time: 'first_won_on',
  measure: { aggregate: 'count' },
  dimensions: ['owner', 'team', 'channel'],
  doors: { salesops: ['revenue'], revops: ['acquisition', 'retention'] },
  needs: { Opportunity: ['AccountId', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'a deal on a copy of an old customer makes a new one on raw',
      rows: {
        fct_customer: [
          { are_accounts_joined: false, are_deals_joined: false, customer_key: 'a1', first_won_on: '2025-02-10' },
          { are_accounts_joined: false, are_deals_joined: false, customer_key: 'a2', first_won_on: '2026-02-10' },
          { are_accounts_joined: true, are_deals_joined: true, customer_key: 'acme', first_won_on: '2025-02-10' },
        ],
      },
      gives: [
        { raw: 2, clean: 1 },
        { period: '2026-Q1', raw: 1, clean: null },
      ],
    },
  ],
});
