import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Lead conversion',
  description:
    'Converted leads by leads, by the day of creation; on clean people who converted by any inquiry, at the first one',
  unit: 'rate',
  fact: 'lead',
  time: 'created_on',
  numerator: { aggregate: 'count', where: 'is_converted' },
  denominator: { aggregate: 'count' },
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['acquisition'] },
  needs: { Lead: ['IsConverted', 'CreatedDate'] },
  examples: [
    {
      says: 'the person converted, whichever inquiry did',
      rows: {
        fct_lead: [
          { created_on: '2026-01-10', is_person_converted: true },
          { created_on: '2026-02-10', is_converted: true, is_person_converted: true, counts_in_clean: false },
          { created_on: '2026-01-11' },
          { created_on: '2026-01-12' },
        ],
      },
      gives: [
        { raw: 0.25, clean: 1 / 3 },
        { period: '2026-02', raw: 1, clean: null },
      ],
    },
  ],
});
