import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Days in a stage',
  description:
    'Mean days of a stay in a stage, by the day it began; a stay that lasts counts up to the day of the publication. Changes of the amount begin no stay',
  unit: 'days',
  fact: 'stage_visit',
  time: 'entered_on',
  measure: { aggregate: 'average', of: 'days' },
  dimensions: ['stage'],
  doors: { salesops: ['conversion'] },
  needs: { OpportunityHistory: ['StageName', 'CreatedDate'] },
  examples: [
    {
      says: 'a stay that lasts is counted, and that of a copy is not',
      rows: {
        fct_opportunity: [{ opportunity_id: 'a' }, { opportunity_id: 'b', counts_in_clean: false }],
        fct_opportunity_stage_visit: [
          {
            opportunity_id: 'a',
            visit_number: 1,
            stage_name: 'New',
            entered_at: '2026-05-01T00:00:00Z',
            entered_on: '2026-05-01',
            left_at: '2026-05-11T00:00:00Z',
            stage_days: 10,
          },
          {
            opportunity_id: 'a',
            visit_number: 2,
            stage_name: 'New',
            entered_at: '2026-05-12T00:00:00Z',
            entered_on: '2026-05-12',
          },
          {
            opportunity_id: 'b',
            visit_number: 1,
            stage_name: 'New',
            entered_at: '2026-05-01T00:00:00Z',
            entered_on: '2026-05-01',
            left_at: '2026-05-02T00:00:00Z',
            stage_days: 1,
          },
        ],
      },
      gives: [{ period: '2026-05', slice: 'stage:New', raw: 10.333333333, clean: 15 }],
    },
  ],
});
