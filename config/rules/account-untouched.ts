import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'last_activity_on',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Account without activity for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 180,
      min: 1,
      max: 3650,
      description: 'Days without activity after which it counts',
    },
  },
  violated: `least(coalesce(r.last_activity_on, (r.created_at at time zone :zone)::date), :today) < :today - :days::int`,
  advice: 'Plan a review with the customer, or change the owner of the account.',
  examples: {
    violated: [
      { name: 'Ito KK', last_activity_on: '2025-12-01' },
      { name: 'Ito KK', created_at: '2025-12-01T00:00:00.000Z' },
    ],
    kept: [
      { name: 'Ito KK', last_activity_on: '2025-12-05' },
      { name: 'Ito KK', last_activity_on: '2026-07-01', created_at: '2023-12-14T00:00:00.000Z' },
      { name: 'Ito KK', created_at: '2025-12-05T00:00:00.000Z' },
    ],
  },
});
