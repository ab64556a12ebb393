import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'last_activity_on',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Open lead without activity for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 90,
      min: 1,
      max: 3650,
      description: 'Days without activity after which it counts',
    },
  },
  applies: `r.is_converted is not true`,
  violated: `least(coalesce(r.last_activity_on, (r.created_at at time zone :zone)::date), :today) < :today - :days::int`,
  advice: 'Contact the lead, or disqualify it.',
  examples: {
    violated: [
      { is_converted: false, last_activity_on: '2026-03-01' },
      { is_converted: false, created_at: '2026-03-01T00:00:00.000Z' },
    ],
    kept: [
      { is_converted: false, last_activity_on: '2026-03-05' },
      { is_converted: false, last_activity_on: '2026-07-01', created_at: '2023-12-14T00:00:00.000Z' },
      { is_converted: false, created_at: '2026-03-05T00:00:00.000Z' },
      { is_converted: true, last_activity_on: '2026-03-01' },
    ],
  },
});
