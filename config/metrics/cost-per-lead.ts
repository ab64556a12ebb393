import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Cost per lead',
  description:
    'Campaign spend by the people who became leads in the same period; raw counts lead records, so copies make leads look cheap',
  unit: 'money',
  inputs: { spend: 'campaign_spend', leads: 'leads' },
  expression: 'spend / nullif(leads, 0)',
  n: 'leads',
  doors: { revops: ['acquisition', 'marketing'] },
  needs: { Campaign: ['ActualCost', 'StartDate'], Lead: ['CreatedDate'] },
  examples: [
    {
      says: 'spend is above the line, people below; without spend there is no cost, not 0',
      rows: {
        dim_campaign: [{ start_on: '2026-01-10', actual_cost: 100 }],
        fct_lead: [
          { created_on: '2026-01-10' },
          { created_on: '2026-01-12', counts_in_clean: false },
          { created_on: '2026-04-12' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 50, clean: 100 },
        { period: '2026-Q2', raw: null, clean: null },
      ],
    },
  ],
});
