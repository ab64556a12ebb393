import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Payback of a new customer',
  description:
    'Months until a new customer has brought back what winning one cost: blended cost by recurring revenue of a new customer times gross margin',
  unit: 'months',
  inputs: { cac: 'cac_blended', revenue: 'recurring_revenue_per_new_customer', margin: 'gross_margin' },
  expression: 'cac / nullif(revenue * margin, 0)',
  n: 'cac',
  doors: { revops: ['customer_value'] },
  needs: { 'input:spend': ['month', 'amount'], 'input:margin': ['margin'], 'input:recurring': ['term'] },
  examples: [
    {
      says: 'without a margin there is none: revenue pays nothing back by itself',
      rows: {
        fct_acquisition: [
          { kind: 'other', month: '2026-01-01', amount: 600, currency: 'USD' },
          { kind: 'customer', month: '2026-01-01', are_accounts_joined: true, are_deals_joined: true },
          { kind: 'other', month: '2026-02-01', amount: 600, currency: 'USD' },
          { kind: 'customer', month: '2026-02-01', are_accounts_joined: true, are_deals_joined: true },
        ],
        fct_account_month: [
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-01-01',
            customer_key: 'acme',
            new: 100,
            closing: 100,
            is_new: true,
            is_active: true,
            margin: 0.75,
          },
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-02-01',
            customer_key: 'zed',
            new: 100,
            closing: 100,
            is_new: true,
            is_active: true,
          },
        ],
      },
      gives: [
        { period: '2026-01', raw: null, clean: 8 },
        { period: '2026-02', raw: null, clean: null },
      ],
    },
  ],
});
