import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Revenue churn',
  description:
    'Recurring revenue of those who left in a month by that when it began; of longer periods the mean of the months',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'churn', money: true },
  denominator: { aggregate: 'sum', of: 'opening', money: true },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'what customers pay less is contraction, not churn',
      rows: renewalOnCopy,
      gives: [
        { period: '2026-02', raw: 1, clean: 0 },
        { period: '2026-01', raw: null, clean: null },
      ],
    },
  ],
});
