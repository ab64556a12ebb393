import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads converted in 90 days',
  description: 'Leads converted within 90 days of their creation, of those created 90 days ago or earlier',
  unit: 'rate',
  fact: 'lead',
  time: 'created_on',
  reached: 'converted_on',
  withinDays: 90,
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['acquisition'] },
  needs: { Lead: ['CreatedDate', 'ConvertedDate'] },
  examples: [
    {
      says: 'a cohort that is too young is not counted, a late conversion does not count',
      rows: {
        fct_lead: [
          { created_on: '2026-01-10', converted_on: '2026-02-10' },
          { created_on: '2026-01-11', converted_on: '2026-05-30' },
          { created_on: '2026-01-12' },
          { created_on: '2026-05-20', converted_on: '2026-05-21' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 0.333333333, clean: 0.333333333 },
        { period: '2026-05', raw: null, clean: null },
      ],
    },
  ],
});
