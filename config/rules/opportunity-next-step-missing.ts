import { defineRule } from '../../src/model/rule.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'next_step',
  dimension: 'completeness',
  severity: 'warn',
  stale: true,
  version: 4,
  // Where nobody in the org ever writes a next step, none says nothing about one deal.
  facts: {
    is_used: `select to_jsonb(exists (select from standard.opportunity o
      where o.connection_id = :connection and o.next_step is not null and o.is_deleted is not true))`,
  },
  title: 'Open opportunity without a next step',
  parameters: missingParameters,
  applies: `r.is_closed is not true and (:is_used)::boolean`,
  violated: isMissing('r.next_step'),
  advice: 'Agree on the next step with the buyer, or close the opportunity.',
  examples: {
    violated: [
      { is_closed: false, connection_id: 'uses' },
      { is_closed: false, connection_id: 'uses', next_step: 'tbc' },
    ],
    kept: [
      { is_closed: false, connection_id: 'uses', next_step: 'Send offer' },
      { is_closed: false, connection_id: 'uses', next_step: 'Offer is n/a, call again' },
      { is_closed: true, connection_id: 'uses' },
      { is_closed: false, connection_id: 'uses not' },
    ],
  },
});
