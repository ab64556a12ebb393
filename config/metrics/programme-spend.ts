import { spendOfAnOrg } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Programme spend',
  description:
    'What was paid to channels: programme lines of the input spend, or without it the actual cost of campaigns in the month they start',
  unit: 'money',
  fact: 'programme',
  time: 'month',
  measure: { aggregate: 'sum', of: 'amount', money: true },
  dimensions: ['channel'],
  doors: { revops: ['acquisition', 'marketing'] },
  needs: {},
  needsOneOf: spendOfAnOrg,
  examples: [
    {
      says: 'salaries are no programme, and nothing known is not 0',
      rows: {
        fct_spend: [
          { month: '2026-01-01', channel: 'Web', amount: 100 },
          { month: '2026-01-01', channel: 'Event', amount: 20 },
          { month: '2026-02-01', kind: 'other', amount: 50 },
        ],
      },
      gives: [
        { period: '2026-01', raw: 120, clean: 120 },
        { slice: 'channel:Event', raw: 20, clean: 20 },
        { period: '2026-03', raw: null, clean: null },
      ],
    },
  ],
});
