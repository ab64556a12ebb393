import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'last_activity_on',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Open opportunity without activity for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 14,
      min: 1,
      max: 3650,
      description: 'Days without activity after which it counts',
    },
  },
  applies: `r.is_closed is not true`,
  violated: `least(coalesce(r.last_activity_on, (r.created_at at time zone :zone)::date), :today) < :today - :days::int`,
  advice: 'Contact the buyer, or close the opportunity.',
  examples: {
    violated: [
      { is_closed: false, last_activity_on: '2026-05-16' },
      { is_closed: false, created_at: '2026-05-16T00:00:00.000Z' },
    ],
    kept: [
      { is_closed: false, last_activity_on: '2026-05-20' },
      { is_closed: false, last_activity_on: '2026-07-01', created_at: '2023-12-14T00:00:00.000Z' },
      { is_closed: false, created_at: '2026-05-20T00:00:00.000Z' },
      { is_closed: true, last_activity_on: '2026-05-16' },
    ],
  },
});
