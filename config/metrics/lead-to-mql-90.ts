import { leadsOnTheirWay } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads to MQL in 90 days',
  description:
    'Leads whose Status came to be one that the input mql names, else one that says marketing qualified, within 90 days, of those created 90 days ago or earlier; a later step counts as this one too; leads from before the history of Status count in none',
  unit: 'rate',
  fact: 'lead_cycle',
  time: 'created_on',
  reached: 'mql_on',
  withinDays: 90,
  cohort: 'is_mql_known',
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['funnel'] },
  needs: { Lead: ['CreatedDate'], LeadHistory: ['NewValue'] },
  examples: [
    {
      says: 'of leads from before the history nobody knows what became of them: no rate, and none of 0',
      rows: {
        fct_lead_cycle: [
          { created_on: '2023-02-01', is_mql_known: false },
          { created_on: '2025-02-01' },
          { created_on: '2025-02-02', mql_on_raw: '2025-02-20', mql_on: '2025-02-20' },
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
      gives: [
        { period: '2026-Q1', raw: 0.4, clean: 0.5 },
        { period: '2026-05', raw: null, clean: null },
      ],
    },
  ],
});
