import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Contact of whom nobody confirmed anything for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 320,
      min: 1,
      max: 3650,
      description: 'Days after which a contact of whom nobody confirmed a value is stale',
    },
  },
  violated: `r.confirmed_at < :now - :days * interval '1 day'`,
  advice: 'Check with the person, or a public profile, that all of it still holds.',
  examples: {
    violated: [{ last_name: 'Ito', confirmed_at: '2025-07-15T00:00:00.000Z' }],
    kept: [{ last_name: 'Ito', confirmed_at: '2025-07-16T00:00:00.000Z' }],
  },
});
