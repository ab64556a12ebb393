import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'last_activity_on',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Contact without activity for {days} days',
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
  violated: `least(coalesce(r.last_activity_on, (r.created_at at time zone :zone)::date), :today) < :today - :days::int`,
  advice: 'Contact the person, or note that the person has left the company.',
  examples: {
    violated: [
      { last_name: 'Ito', last_activity_on: '2026-03-01' },
      { last_name: 'Ito', created_at: '2026-03-01T00:00:00.000Z' },
    ],
    kept: [
      { last_name: 'Ito', last_activity_on: '2026-03-05' },
      { last_name: 'Ito', last_activity_on: '2026-07-01', created_at: '2023-12-14T00:00:00.000Z' },
      { last_name: 'Ito', created_at: '2026-03-05T00:00:00.000Z' },
    ],
  },
});
