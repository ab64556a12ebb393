import { defineRule } from '../../src/model/rule.ts';
import { unconfirmed } from '../unconfirmed.ts';

export default defineRule({
  object: 'Account',
  field: 'annual_revenue',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Account whose annual revenue nobody confirmed for {days} days',
  ...unconfirmed(365),
  applies: `r.annual_revenue is not null`,
  advice: 'Update the company data from its website or your data provider.',
  examples: {
    violated: [{ annual_revenue: 1000, confirmed_at: '2025-05-31T00:00:00.000Z' }],
    kept: [
      { annual_revenue: 1000, confirmed_at: '2026-05-02T00:00:00.000Z' },
      { confirmed_at: '2023-12-14T00:00:00.000Z' },
    ],
  },
});
