import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'amount',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Open opportunity without an amount',
  applies: `r.is_closed is not true`,
  violated: `r.amount is null`,
  advice: 'Estimate the amount; the forecast counts it as zero.',
  examples: {
    violated: [{ amount: null, is_closed: false }],
    kept: [{ amount: 100 }, { amount: null, is_closed: true }],
  },
});
