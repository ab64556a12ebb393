import { cohortAYearLater } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Customers kept for 12 months',
  description:
    'Of the customers who first paid for a term twelve months before, those who pay still; the whole table by cohort is revops.retention_cohort',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'count', where: 'months_since = 12 and is_active' },
  denominator: { aggregate: 'count', where: 'months_since = 12' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'who is too young is not counted',
      rows: cohortAYearLater,
      gives: [
        { period: '2026-03', raw: null, clean: 0.5 },
        { period: '2026-01', raw: null, clean: null },
      ],
    },
  ],
});
