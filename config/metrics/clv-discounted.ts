import { customersWhoLeave } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Customer value by churn, discounted',
  description:
    'Recurring revenue per customer and month times gross margin, paid at the start of each month for as long as customers stay by the customer churn of a month, at 10 % interest a year (0.797414 % a month); no value where nobody left',
  unit: 'money',
  inputs: { revenue: 'recurring_revenue_per_customer', margin: 'gross_margin', churn: 'logo_churn' },
  expression: 'revenue * margin * 1.00797414 / (0.00797414 + nullif(churn, 0))',
  n: 'churn',
  doors: { revops: ['customer_value'] },
  needs: { 'input:recurring': ['term'], 'input:margin': ['margin'] },
  examples: [
    {
      says: 'half of them leave in a month: 80 now, and half of it each month after; without churn no month tells when they leave',
      rows: customersWhoLeave,
      gives: [
        { period: '2026-01', raw: null, clean: 158.744166 },
        { period: '2026-04', raw: null, clean: null },
      ],
    },
  ],
});
