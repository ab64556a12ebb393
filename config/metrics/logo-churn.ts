import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Customer churn',
  description:
    'Customers who left in a month by those there were when it began; of longer periods the mean of the months. Who comes back is reactivated, not kept',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'count', where: 'is_lost' },
  denominator: { aggregate: 'count', where: 'was_active' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'a renewal on a copy is no churn; without customers at the start there is no rate',
      rows: renewalOnCopy,
      gives: [
        { period: '2026-02', raw: 1, clean: 0 },
        { period: '2026-01', raw: null, clean: null },
      ],
    },
  ],
});
