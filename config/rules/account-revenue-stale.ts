import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'annual_revenue',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Account whose annual revenue nobody confirmed for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 365,
      min: 1,
      max: 3650,
      description: 'Days after which a value that nobody confirmed is stale',
    },
  },
  applies: `r.annual_revenue is not null`,
  violated: `r.confirmed_at < :now - :days * interval '1 day'`,
  advice: 'Update the company data from its website or your data provider.',
  examples: {
    violated: [{ annual_revenue: 1000, confirmed_at: '2025-05-31T00:00:00.000Z' }],
    kept: [
      { annual_revenue: 1000, confirmed_at: '2026-05-02T00:00:00.000Z' },
      { confirmed_at: '2023-12-14T00:00:00.000Z' },
    ],
  },
});
