import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Growth of revenue',
  description:
    'Revenue of a period less that of the period before, by the latter; a month without any is a fall to nothing, and from nothing or less there is no growth. The period that runs is not complete',
  unit: 'rate',
  inputs: { now: 'revenue', before: { metric: 'revenue', periodsBack: 1 } },
  expression: 'case when before > 0 then now / before - 1 end',
  n: 'now',
  doors: { salesops: ['revenue'], revops: ['customer_value'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'from 100 to 150 is a half more; after a period of nothing there is no rate',
      rows: {
        fct_account_month: [
          { are_accounts_joined: true, are_deals_joined: true, month: '2025-11-01', closing: 100 },
          { are_accounts_joined: true, are_deals_joined: true, month: '2026-01-01', closing: 150 },
          { are_accounts_joined: true, are_deals_joined: true, month: '2026-04-01', once: -20 },
          { are_accounts_joined: true, are_deals_joined: true, month: '2026-05-01', once: 70 },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: null, clean: 0.5 },
        { period: '2026-05', raw: null, clean: null },
      ],
    },
  ],
});
