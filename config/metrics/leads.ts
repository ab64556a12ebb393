import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Leads',
  description: 'Leads by the day they were created; on clean the people behind them, each once at the first inquiry',
  unit: 'count',
  fact: 'lead',
  time: 'created_on',
  measure: { aggregate: 'count' },
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['acquisition'] },
  needs: { Lead: ['CreatedDate'] },
  examples: [
    {
      says: 'three inquiries of two people',
      rows: {
        fct_lead: [
          { created_on: '2026-01-10', lead_source: 'Web' },
          { created_on: '2026-04-10', lead_source: 'Event', counts_in_clean: false },
          { created_on: '2026-04-11', lead_source: 'Web' },
        ],
      },
      gives: [
        { raw: 3, clean: 2 },
        { period: '2026-Q2', raw: 2, clean: 1 },
        { slice: 'lead_source:Event', raw: 1, clean: null },
      ],
    },
  ],
});
