import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Revenue',
  description:
    'Revenue of the month: what runs for a term by its months, what is sold once on its day. What is recurring the org says by order items or assets that end, contracts of deals, or the input recurring',
  unit: 'money',
  fact: 'account_revenue',
  time: 'month',
  measure: { aggregate: 'sum', of: 'amount', money: true },
  doors: { salesops: ['revenue'], revops: ['customer_value'] },
  needs: { Opportunity: ['Amount', 'AccountId', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'what came back is taken off, and what has no account is revenue too',
      rows: {
        fct_account_month: [
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-01-01',
            customer_key: 'acme',
            closing: 10,
            once: 5,
          },
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-02-01',
            customer_key: 'acme',
            closing: 10,
            once: -2,
          },
          { are_accounts_joined: true, are_deals_joined: true, month: '2026-02-01', customer_key: 'none', once: 7 },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: null, clean: 30 },
        { period: '2026-02', raw: null, clean: 15 },
      ],
    },
  ],
});
