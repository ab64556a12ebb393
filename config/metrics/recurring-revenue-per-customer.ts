import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Recurring revenue per customer',
  description: 'What a customer pays a month, on average of the months of the period',
  unit: 'money',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'closing', money: true },
  denominator: { aggregate: 'count', where: 'is_active' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'it is of a month, whatever the length of the period',
      rows: renewalOnCopy,
      gives: [{ period: '2026-Q1', raw: 110, clean: 110 }],
    },
  ],
});
