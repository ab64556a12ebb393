import { customersWhoLeave } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Customer value by churn',
  description:
    'Recurring revenue per customer and month times gross margin, by the customer churn of a month: what a customer brings until they leave if all stays as it is; no value where nobody left',
  unit: 'money',
  inputs: { revenue: 'recurring_revenue_per_customer', margin: 'gross_margin', churn: 'logo_churn' },
  expression: 'revenue * margin / nullif(churn, 0)',
  n: 'churn',
  doors: { revops: ['customer_value'] },
  needs: { 'input:recurring': ['term'], 'input:margin': ['margin'] },
  examples: [
    {
      says: 'half of them leave in a month: 100 at 80 % for two months; without churn it has no end',
      rows: customersWhoLeave,
      gives: [
        { period: '2026-01', raw: null, clean: 160 },
        { period: '2026-04', raw: null, clean: null },
      ],
    },
  ],
});
