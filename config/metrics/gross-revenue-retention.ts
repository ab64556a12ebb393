import { customersAYearLater } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Gross revenue retention',
  description:
    'Of the recurring revenue twelve months before the end of the period what the same customers still pay, none more than then',
  unit: 'rate',
  fact: 'account_month',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'kept', money: true, at: 'end' },
  denominator: { aggregate: 'sum', of: 'closing_year_ago', money: true, at: 'end' },
  doors: { revops: ['retention', 'customer_value'] },
  needs: { 'input:recurring': ['term'] },
  examples: [
    {
      says: 'expansion does not make up for who left',
      rows: customersAYearLater,
      gives: [
        { period: '2026-03', raw: null, clean: 0.666666667 },
        { period: '2026-Q1', raw: null, clean: 0.666666667 },
      ],
    },
  ],
});
