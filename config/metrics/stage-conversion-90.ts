import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'On to the next stage in 90 days',
  description:
    'Deals that came to a later stage within 90 days, of those that came to a stage 90 days ago or earlier; a stage that was skipped was reached with the one after it',
  unit: 'rate',
  fact: 'stage_reach',
  time: 'entered_on',
  cohort: 'not is_last',
  reached: 'next_on',
  withinDays: 90,
  dimensions: ['stage', 'owner', 'team'],
  doors: { salesops: ['conversion'] },
  needs: { OpportunityHistory: ['StageName', 'CreatedDate'] },
  examples: [
    {
      says: 'who is too young is not counted, who went on too late did not, and the stage of won deals leads nowhere',
      rows: {
        fct_opportunity: [
          { opportunity_id: 'a' },
          { opportunity_id: 'b' },
          { opportunity_id: 'c', counts_in_clean: false },
          { opportunity_id: 'd' },
        ],
        fct_opportunity_stage_reach: [
          { opportunity_id: 'a', stage_name: 'Talks', entered_on: '2026-01-10', next_on: '2026-02-01' },
          { opportunity_id: 'a', stage_name: 'Won', is_last: true, entered_on: '2026-02-01' },
          { opportunity_id: 'b', stage_name: 'Talks', entered_on: '2026-01-10', next_on: '2026-05-20' },
          { opportunity_id: 'c', stage_name: 'Talks', entered_on: '2026-01-11' },
          { opportunity_id: 'd', stage_name: 'Talks', entered_on: '2026-05-11', next_on: '2026-05-12' },
        ],
      },
      gives: [
        { period: '2026-01', slice: 'stage:Talks', raw: 0.333333333, clean: 0.5 },
        { period: '2026-05', slice: 'stage:Talks', raw: null, clean: null },
      ],
    },
  ],
});
