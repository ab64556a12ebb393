import { cohortAYearLater } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Revenue kept for 12 months',
  description: 'What the customers pay who first paid for a term twelve months before, by what they paid then',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'closing', where: 'months_since = 12', money: true },
  denominator: { aggregate: 'sum', of: 'first_amount', where: 'months_since = 12', money: true },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'expansion makes up for who left',
      rows: cohortAYearLater,
      gives: [{ period: '2026-03', raw: null, clean: 1 }],
    },
  ],
});
