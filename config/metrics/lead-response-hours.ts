import { answersOfAnOrg, answersToLeads } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  measure: { aggregate: 'median', of: 'hours', where: 'is_answered' },
  title: 'Hours to the first answer',
  description:
    'Median hours from the creation of a lead to the first call, e-mail or event from us; on clean what one person asks within 30 days is one inquiry; leads without an answer, or with one of which only the day is known, are not in it',
  unit: 'hours',
  fact: 'lead_response',
  time: 'created_on',
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['response'], salesops: ['response'] },
  needs: { Lead: ['CreatedDate'] },
  needsOneOf: answersOfAnOrg,
  examples: [
    {
      says: 'on clean the clock starts at the first lead of an inquiry, and any record of the person stops it',
      rows: answersToLeads,
      gives: [{ period: '2026-03', raw: 0.75, clean: 35.25 }],
    },
  ],
});
