import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Recurring revenue',
  description:
    'What customers pay a month for terms that run, at the end of the period; sales of no account are no customer’s',
  unit: 'money',
  fact: 'account_month',
  time: 'month',
  measure: { aggregate: 'sum', of: 'closing', money: true, at: 'end' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'it is that of the last month, not a sum of months; a renewal on a copy leaves the total as it is',
      rows: renewalOnCopy,
      gives: [
        { period: '2026-01', raw: 100, clean: 100 },
        { period: '2026-Q1', raw: 0, clean: 0 },
        { period: '2026-02', raw: 120, clean: 120 },
      ],
    },
  ],
});
