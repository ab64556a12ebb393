import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Recurring revenue, reactivated',
  description:
    'What customers brought who had left and came back, by month; opening and all five make the closing recurring revenue',
  unit: 'money',
  fact: 'account_month',
  time: 'month',
  measure: { aggregate: 'sum', of: 'reactivation', money: true },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'a renewal on a copy of the account is churn and a new customer on raw, expansion on clean',
      rows: renewalOnCopy,
      gives: [{ period: '2026-Q1', raw: 0, clean: 0 }],
    },
  ],
});
