import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'amount',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Won opportunity without an amount',
  applies: `r.is_won`,
  violated: `r.amount is null or r.amount = 0`,
  advice: 'Enter the amount of the order; bookings miss it.',
  examples: {
    violated: [
      { is_won: true, amount: null },
      { is_won: true, amount: 0 },
    ],
    kept: [
      { is_won: true, amount: 5 },
      { is_won: false, amount: null },
    ],
  },
});
