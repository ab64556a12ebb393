import { answersOfAnOrg, answersToLeads } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  measure: { aggregate: 'median', of: 'working_hours', where: 'is_answered' },
  title: 'Working hours to the first answer',
  description:
    'Median of the hours people work (input working_hours) from the creation of a lead to the first call, e-mail or event from us; an answer at night to a lead of that night takes none. Otherwise as hours to the first answer',
  unit: 'hours',
  fact: 'lead_response',
  time: 'created_on',
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['response'], salesops: ['response'] },
  needs: { Lead: ['CreatedDate'], 'input:working_hours': ['from'] },
  needsOneOf: answersOfAnOrg,
  examples: [
    {
      says: 'on clean the clock starts at the first lead of an inquiry, and any record of the person stops it',
      rows: answersToLeads,
      gives: [{ period: '2026-03', raw: 0.75, clean: 8.25 }],
    },
  ],
});
