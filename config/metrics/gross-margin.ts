import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Gross margin',
  description:
    'Share of recurring revenue that is left after what it costs to serve customers, by the input margin, weighted by the revenue of each month',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'closing * margin', where: 'margin is not null', money: true },
  denominator: { aggregate: 'sum', of: 'closing', where: 'margin is not null', money: true },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'], 'input:margin': ['margin'] },
  examples: [
    {
      says: 'a month whose margin is not known does not count, and is not 0',
      rows: {
        fct_account_month: [
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-01-01',
            customer_key: 'acme',
            closing: 100,
            margin: 0.5,
          },
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-02-01',
            customer_key: 'acme',
            closing: 300,
            margin: 0.9,
          },
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            month: '2026-03-01',
            customer_key: 'acme',
            closing: 999,
          },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: null, clean: 0.8 },
        { period: '2026-03', raw: null, clean: null },
      ],
    },
  ],
});
