import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Inquiries',
  description: 'Lead records by the day they were created, on either basis: a person who asks again is a buying signal',
  unit: 'count',
  fact: 'inquiry',
  time: 'created_on',
  measure: { aggregate: 'count' },
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['acquisition'] },
  needs: { Lead: ['CreatedDate'] },
  examples: [
    {
      says: 'two inquiries of one person are two',
      rows: { fct_lead: [{ created_on: '2026-01-10' }, { created_on: '2026-04-10', counts_in_clean: false }] },
      gives: [{ raw: 2, clean: 2 }],
    },
  ],
});
