import { leadsOnTheirWay } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads to MQL in 90 days',
  description:
    'Leads whose Status came to be one that the input mql names, else one that says marketing qualified, within 90 days, of those created 90 days ago or earlier; a later step counts as this one too',
  unit: 'rate',
  fact: 'lead_cycle',
  time: 'created_on',
  reached: 'mql_on',
  withinDays: 90,
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['funnel'] },
  needs: { Lead: ['CreatedDate'], LeadHistory: ['NewValue'] },
  examples: [
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
