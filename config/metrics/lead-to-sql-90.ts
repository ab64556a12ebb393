import { leadsOnTheirWay } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads to SQL in 90 days',
  description:
    'Leads whose Status came to be one that the input mql names for sales, else one that says sales qualified or accepted, or that were converted, within 90 days, of those created 90 days ago or earlier',
  unit: 'rate',
  fact: 'lead_cycle',
  time: 'created_on',
  reached: 'sql_on',
  withinDays: 90,
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['funnel'] },
  needs: { Lead: ['CreatedDate', 'ConvertedDate'] },
  examples: [
    {
      says: 'by the day of the first inquiry; on clean whichever record of the person went on',
      rows: leadsOnTheirWay,
      gives: [{ period: '2026-Q1', raw: 0.2, clean: 0.25 }],
    },
  ],
});
