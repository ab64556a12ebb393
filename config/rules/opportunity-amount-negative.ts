import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'amount',
  dimension: 'validity',
  severity: 'critical',
  title: 'Opportunity with an amount below zero',
  applies: `r.amount is not null`,
  violated: `r.amount < 0`,
  advice: 'Correct the amount; record credits elsewhere.',
  examples: {
    violated: [{ amount: -1 }],
    kept: [{ amount: 0 }, { amount: 12.5 }, {}],
  },
});
