import { defineRule } from '../../src/model/rule.ts';

// Where nobody in the org ever writes a next step, none says nothing about one deal. An uncorrelated subquery: worked out once.
const orgsThatUseIt = `(select o.connection_id from standard.opportunity o where o.next_step is not null and o.is_deleted is not true)`;

export default defineRule({
  object: 'Opportunity',
  field: 'next_step',
  dimension: 'completeness',
  severity: 'warn',
  stale: true,
  version: 2,
  title: 'Open opportunity without a next step',
  applies: `r.is_closed is not true and r.connection_id in ${orgsThatUseIt}`,
  violated: `r.next_step is null`,
  advice: 'Agree on the next step with the buyer, or close the opportunity.',
  examples: {
    violated: [{ is_closed: false, connection_id: 'uses' }],
    kept: [
      { is_closed: false, connection_id: 'uses', next_step: 'Send offer' },
      { is_closed: true, connection_id: 'uses' },
      { is_closed: false, connection_id: 'uses not' },
    ],
  },
});
