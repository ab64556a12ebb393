import { answersOfAnOrg, answersToLeads } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  numerator: { aggregate: 'count', where: 'not is_answered' },
  denominator: { aggregate: 'count' },
  title: 'Never answered',
  description: 'Leads without any call, e-mail or event from us so far, of all leads',
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
      gives: [{ period: '2026-03', raw: 0.5, clean: 0.4 }],
    },
  ],
});
