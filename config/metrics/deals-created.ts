import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Deals created',
  description: 'Deals, whatever became of them, by the day they were created',
  unit: 'count',
  fact: 'opportunity',
  time: 'created_on',
  measure: { aggregate: 'count' },
  dimensions: ['owner', 'team', 'type', 'lead_source'],
  doors: { salesops: ['pipeline'], revops: ['pipeline'] },
  needs: { Opportunity: ['CreatedDate'] },
  examples: [
    {
      says: 'a deal entered twice is one',
      rows: {
        fct_opportunity: [
          { amount: 1, is_won: true, is_closed: true, close_on: '2026-03-10', created_on: '2026-01-10' },
          {
            amount: 1,
            is_won: true,
            is_closed: true,
            close_on: '2026-03-10',
            created_on: '2026-01-12',
            counts_in_clean: false,
          },
          { amount: 1, is_closed: true, close_on: '2026-03-11', created_on: '2026-02-01' },
        ],
      },
      gives: [
        { period: '2026-01', raw: 2, clean: 1 },
        { period: '2026-Q1', raw: 3, clean: 2 },
      ],
    },
  ],
});
