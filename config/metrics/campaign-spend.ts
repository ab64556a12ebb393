import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Campaign spend',
  description: 'Actual cost of campaigns by the day they start; campaigns without a cost are no spend of 0',
  unit: 'money',
  fact: 'campaign',
  time: 'start_on',
  measure: { aggregate: 'sum', of: 'actual_cost', where: 'actual_cost is not null', money: true },
  dimensions: ['channel'],
  doors: { revops: ['marketing'] },
  needs: { Campaign: ['ActualCost', 'StartDate', 'Type'] },
  examples: [
    {
      says: 'planned cost is not spent, and nothing known is not 0',
      rows: {
        dim_campaign: [
          { start_on: '2026-01-10', actual_cost: 100, type: 'Event' },
          { start_on: '2026-01-20', budgeted_cost: 900, type: 'Event' },
          { start_on: '2026-07-20', type: 'Email' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 100, clean: 100 },
        { period: '2026-Q3', raw: null, clean: null },
      ],
    },
  ],
});
