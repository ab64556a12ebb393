import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'conversion',
  title: 'Leads to deal in 90 days',
  description: 'Leads that became a deal within 90 days, of those created 90 days ago or earlier',
  unit: 'rate',
  fact: 'lead_cycle',
  time: 'created_on',
  reached: 'opportunity_on',
  withinDays: 90,
  dimensions: ['owner', 'team', 'lead_source'],
  doors: { revops: ['funnel'] },
  needs: { Lead: ['CreatedDate', 'ConvertedOpportunityId'] },
  examples: [
    {
      says: 'by the day of the first inquiry; on clean whichever record of the person went on',
      rows: {
        fct_lead_cycle: [
          { created_on: '2026-01-10', mql_on_raw: '2026-01-20', mql_on: '2026-01-20' },
          // Its person became a customer by another record.
          {
            created_on: '2026-01-11',
            mql_on: '2026-02-01',
            sql_on: '2026-02-10',
            opportunity_on: '2026-02-10',
            won_on: '2026-03-30',
          },
          {
            created_on: '2026-02-01',
            counts_in_clean: false,
            mql_on_raw: '2026-02-01',
            sql_on_raw: '2026-02-10',
            opportunity_on_raw: '2026-02-10',
            won_on_raw: '2026-03-30',
          },
          { created_on: '2026-01-12' },
          { created_on: '2026-01-13', mql_on_raw: '2026-05-30', mql_on: '2026-05-30' },
          // Too young.
          { created_on: '2026-05-25', mql_on_raw: '2026-05-26', mql_on: '2026-05-26' },
        ],
      },
      gives: [{ period: '2026-Q1', raw: 0.2, clean: 0.25 }],
    },
  ],
});
