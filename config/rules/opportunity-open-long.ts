import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  // The longest that a won deal of the org took from its creation to its close date; of fewer than 20 nothing is said.
  facts: {
    longest_days: `select to_jsonb(max(o.close_on - (o.created_at at time zone :zone)::date)) from standard.opportunity o
      where o.connection_id = :connection and o.is_won and o.is_deleted is not true having count(*) >= 20`,
  },
  title: 'Opportunity open for longer than any won deal took',
  applies: `r.is_closed is not true and jsonb_typeof(:longest_days) = 'number'`,
  violated: `:today - (r.created_at at time zone :zone)::date > (:longest_days)::int`,
  advice: 'Close the opportunity as lost, or agree on a new plan with the buyer: none was ever won so late.',
  examples: {
    violated: [{ connection_id: 'wins in 40 days', is_closed: false, created_at: '2026-04-21T00:00:00Z' }],
    kept: [
      { connection_id: 'wins in 40 days', is_closed: false, created_at: '2026-04-22T00:00:00Z' },
      { connection_id: 'wins in 40 days', is_closed: true, created_at: '2020-01-01T00:00:00Z' },
      { connection_id: 'won never', is_closed: false, created_at: '2020-01-01T00:00:00Z' },
    ],
  },
});
