import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'close_on',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Closed opportunity with a close date before its creation',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 30,
      min: 0,
      max: 3650,
      description: 'Days a deal may be entered after it was closed',
    },
  },
  applies: `r.is_closed`,
  violated: `r.close_on < (r.created_at at time zone :zone)::date - :days::int`,
  advice: 'Correct the close date; cycle times come out negative.',
  examples: {
    violated: [{ is_closed: true, close_on: '2026-03-01', created_at: '2026-04-15T10:00:00Z' }],
    kept: [
      { is_closed: true, close_on: '2026-04-01', created_at: '2026-04-15T10:00:00Z' },
      { is_closed: true, close_on: '2026-04-20', created_at: '2026-04-15T10:00:00Z' },
      { is_closed: false, close_on: '2026-03-01', created_at: '2026-04-15T10:00:00Z' },
    ],
  },
});
