import { leadsOnTheirWay } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads to SQL in 90 days',
  description:
    'Leads whose Status came to be one that the input mql names for sales, else one that says sales qualified or accepted, or that were converted, within 90 days, of those created 90 days ago or earlier; where a status says so, leads from before its history count in none',
  unit: 'rate',
  fact: 'lead_cycle',
  time: 'created_on',
  reached: 'sql_on',
  withinDays: 90,
  cohort: 'is_sql_known',
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['funnel'] },
  needs: { Lead: ['CreatedDate', 'ConvertedDate'] },
  examples: [
    {
      says: 'of leads from before the history nobody knows what became of them: no rate, and none of 0',
      rows: {
        fct_lead_cycle: [
          { created_on: '2023-02-01', is_sql_known: false },
          { created_on: '2025-02-01' },
          { created_on: '2025-02-02', sql_on_raw: '2025-02-20', sql_on: '2025-02-20' },
        ],
      },
      gives: [
        { period: '2023-Q1', raw: null, clean: null },
        { period: '2025-Q1', raw: 0.5, clean: 0.5 },
        { period: 'all', raw: 0.5, clean: 0.5 },
      ],
    },
    {
      says: 'by the day of the first inquiry; on clean whichever record of the person went on',
      rows: leadsOnTheirWay,
      gives: [{ period: '2026-Q1', raw: 0.2, clean: 0.25 }],
    },
  ],
});
