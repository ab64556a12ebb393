import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Recurring revenue per new customer',
  description: 'What a new customer pays in the first month',
  unit: 'money',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'new_amount', money: true },
  denominator: { aggregate: 'count', where: 'is_new' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'expansion is not of new customers',
      rows: renewalOnCopy,
      gives: [
        { period: '2026-Q1', raw: 110, clean: 100 },
        { period: '2026-03', raw: null, clean: null },
      ],
    },
  ],
});
