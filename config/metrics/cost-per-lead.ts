import { spendOfAnOrg } from '../metric-examples.ts';
import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Cost per lead',
  description:
    'Programme spend by the people who became leads in the same months; raw counts lead records, so copies make leads look cheap. A channel is a lead source',
  unit: 'money',
  inputs: { spend: 'programme_spend', leads: 'leads_of_known_spend' },
  expression: 'spend / nullif(leads, 0)',
  n: 'leads',
  dimensions: ['channel'],
  doors: { revops: ['acquisition', 'marketing'] },
  needs: { Lead: ['CreatedDate'] },
  needsOneOf: spendOfAnOrg,
  examples: [
    {
      says: 'spend is above the line, people below; without spend there is no cost, not 0',
      rows: {
        fct_spend: [{ month: '2026-01-01', channel: 'Web', amount: 100 }],
        fct_lead: [
          { created_on: '2026-01-10', lead_source: 'Web' },
          { created_on: '2026-01-12', lead_source: 'Web', counts_in_clean: false },
          { created_on: '2026-02-12', lead_source: 'Web' },
          { created_on: '2026-04-12' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 50, clean: 100 },
        { period: '2026-Q1', slice: 'channel:Web', raw: 50, clean: 100 },
        { period: '2026-Q2', raw: null, clean: null },
      ],
    },
    {
      says: 'a month in which nothing was spent costs nothing, one without leads has no cost per lead',
      rows: {
        fct_spend: [
          { month: '2026-01-01', amount: 0 },
          { month: '2026-02-01', amount: 70 },
        ],
        fct_lead: [{ created_on: '2026-01-10' }],
      },
      gives: [
        { period: '2026-01', raw: 0, clean: 0 },
        { period: '2026-02', raw: null, clean: null },
      ],
    },
  ],
});
