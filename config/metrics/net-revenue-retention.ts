import { customersAYearLater } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Net revenue retention',
  description:
    'What the customers of twelve months before the end of the period pay now, by what they paid then; new customers are left out',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'closing', where: 'closing_year_ago > 0', money: true, at: 'end' },
  denominator: { aggregate: 'sum', of: 'closing_year_ago', money: true, at: 'end' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'expansion counts, a new customer does not',
      rows: customersAYearLater,
      gives: [
        { period: '2026-03', raw: null, clean: 1 },
        { period: '2026-02', raw: null, clean: 0.1 },
      ],
    },
  ],
});
