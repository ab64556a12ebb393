import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Leads of months whose spend is known',
  description:
    'Leads, on clean people, of the months that the input spend has lines of; without that input all leads, as campaigns say what they cost',
  unit: 'count',
  fact: 'lead',
  time: 'created_on',
  measure: { aggregate: 'count', where: 'is_spend_known' },
  dimensions: ['channel'],
  doors: { revops: ['acquisition'] },
  needs: { Lead: ['CreatedDate', 'LeadSource'] },
  examples: [
    {
      says: 'a lead of a month without a line is left out, so that it makes leads no cheaper',
      rows: {
        fct_spend: [{ month: '2026-01-01', channel: 'Web', amount: 100 }],
        fct_lead: [{ created_on: '2026-01-10', lead_source: 'Web' }, { created_on: '2026-02-10' }],
      },
      gives: [
        { period: '2026-Q1', raw: 1, clean: 1 },
        { slice: 'channel:Web', raw: 1, clean: 1 },
      ],
    },
    {
      says: 'without the input all count',
      rows: { fct_lead: [{ created_on: '2026-01-10' }, { created_on: '2026-02-10', counts_in_clean: false }] },
      gives: [{ period: '2026-Q1', raw: 2, clean: 1 }],
    },
  ],
});
