import { leadsOnTheirWay } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads to won deal in 120 days',
  description: 'Leads whose deal was won within 120 days, of those created 120 days ago or earlier',
  unit: 'rate',
  fact: 'lead_cycle',
  time: 'created_on',
  reached: 'won_on',
  withinDays: 120,
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['funnel'] },
  needs: { Lead: ['CreatedDate', 'ConvertedOpportunityId'], Opportunity: ['IsWon'] },
  examples: [
    {
      says: 'by the day of the first inquiry; on clean whichever record of the person went on',
      rows: leadsOnTheirWay,
      gives: [{ period: '2026-Q1', raw: 0.2, clean: 0.25 }],
    },
  ],
});
