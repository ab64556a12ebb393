import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Spend on marketing and sales',
  description:
    'All that was spent to win customers, as the input spend says it, salaries and tools included; a month without a line is unknown, not 0',
  unit: 'money',
  fact: 'spend',
  time: 'month',
  measure: { aggregate: 'sum', of: 'amount', money: true },
  dimensions: ['channel'],
  doors: { revops: ['acquisition', 'marketing'] },
  needs: { 'input:spend': ['month', 'amount'] },
  examples: [
    {
      says: 'costs of campaigns are a part, never the whole; of two currencies without a rate there is no sum',
      rows: {
        fct_spend: [
          { month: '2026-01-01', channel: 'Web', amount: 100 },
          { month: '2026-02-01', kind: 'other', amount: 50 },
          { month: '2026-04-01', channel: 'Web', amount: 7 },
          { month: '2026-04-01', channel: 'Event', amount: 5, currency: 'EUR' },
          { month: '2026-07-01', channel: 'Event', amount: 900, source: 'campaign' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 150, clean: 150 },
        { period: '2026-Q1', slice: 'channel:Web', raw: 100, clean: 100 },
        { period: '2026-Q2', raw: null, clean: null },
        { period: '2026-Q3', raw: null, clean: null },
      ],
    },
  ],
});
