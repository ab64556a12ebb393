import { renewalOnCopy } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Active customers',
  description: 'Customers who pay for a term that runs, at the end of the period',
  unit: 'count',
  fact: 'account_month',
  time: 'month',
  measure: { aggregate: 'count', where: 'is_active', at: 'end' },
  doors: { revops: ['retention', 'customer_value', 'service'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'who paid in January and February is one, and in March nobody is',
      rows: renewalOnCopy,
      gives: [
        { period: '2026-02', raw: 1, clean: 1 },
        { period: '2026-Q1', raw: 0, clean: 0 },
      ],
    },
  ],
});
