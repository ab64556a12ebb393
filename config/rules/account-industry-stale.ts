import { defineRule } from '../../src/model/rule.ts';
import { unconfirmed } from '../unconfirmed.ts';

export default defineRule({
  object: 'Account',
  field: 'industry',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Account whose industry nobody confirmed for {days} days',
  ...unconfirmed(365),
  applies: `r.industry is not null`,
  advice: 'Update the company data from its website or your data provider.',
  examples: {
    violated: [{ industry: 'Glass', confirmed_at: '2025-05-31T00:00:00.000Z' }],
    kept: [
      { industry: 'Glass', confirmed_at: '2026-05-02T00:00:00.000Z' },
      { confirmed_at: '2023-12-14T00:00:00.000Z' },
    ],
  },
});
