import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'next_step',
  dimension: 'completeness',
  severity: 'warn',
  stale: true,
  title: 'Open opportunity without a next step',
  applies: `r.is_closed is not true`,
  violated: `r.next_step is null`,
  advice: 'Agree on the next step with the buyer, or close the opportunity.',
  examples: {
    violated: [{ is_closed: false }],
    kept: [{ is_closed: false, next_step: 'Send offer' }, { is_closed: true }],
  },
});
