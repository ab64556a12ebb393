import { answersOfAnOrg, answersToLeads } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  numerator: { aggregate: 'count', where: 'is_answered and hours <= 1' },
  denominator: { aggregate: 'count' },
  title: 'Answered within an hour',
  description:
    'Leads with a call, e-mail or event from us within an hour of their creation, of all leads, also of those nobody answered',
  unit: 'rate',
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
      gives: [{ period: '2026-03', raw: 0.333333333, clean: 0.2 }],
    },
  ],
});
