import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Pipeline created',
  description: 'Amount that deals have today, by the day they were created',
  unit: 'money',
  fact: 'opportunity',
  time: 'created_on',
  measure: { aggregate: 'sum', of: 'amount', money: true },
  dimensions: ['owner', 'team', 'type', 'lead_source'],
  doors: { salesops: ['pipeline'], revops: ['pipeline', 'marketing'] },
  needs: { Opportunity: ['Amount', 'CreatedDate'] },
  examples: [
    {
      says: 'won, lost and open alike',
      rows: {
        fct_opportunity: [
          { amount: 10, is_won: true, is_closed: true, close_on: '2026-03-10', created_on: '2026-01-10' },
          { amount: 20, is_closed: true, close_on: '2026-03-11', created_on: '2026-01-11' },
          { amount: 40, close_on: '2026-09-11', created_on: '2026-04-11' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 30, clean: 30 },
        { raw: 70, clean: 70 },
      ],
    },
  ],
});
