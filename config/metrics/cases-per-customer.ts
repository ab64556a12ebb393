import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Cases per customer',
  description: 'Cases of the period by the active customers at its end',
  unit: 'count',
  inputs: { cases: 'cases', customers: 'active_customers' },
  expression: 'cases / nullif(customers, 0)',
  n: 'cases',
  doors: { revops: ['service'] },
  needs: { Case: ['CreatedDate'], 'input:recurring': ['term'] },
  examples: [
    {
      says: 'without customers there is no number, not 0',
      rows: {
        fct_case: [{ created_on: '2026-01-10' }, { created_on: '2026-01-11' }, { created_on: '2025-12-11' }],
        fct_account_month: [
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            customer_key: 'acme',
            month: '2026-01-01',
            closing: 5,
            is_active: true,
          },
        ],
      },
      gives: [
        { period: '2026-01', raw: null, clean: 2 },
        { period: '2025-12', raw: null, clean: null },
      ],
    },
  ],
});
