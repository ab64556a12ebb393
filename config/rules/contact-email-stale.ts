import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'email',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Contact whose e-mail address nobody confirmed for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 423,
      min: 1,
      max: 3650,
      description: 'Days after which a value that nobody confirmed is stale',
    },
  },
  applies: `r.email is not null`,
  violated: `r.confirmed_at < :now - :days * interval '1 day'`,
  advice: 'Confirm the e-mail address with the person or from a public profile.',
  examples: {
    violated: [{ email: 'ana@example.com', confirmed_at: '2025-04-03T00:00:00.000Z' }],
    kept: [
      { email: 'ana@example.com', confirmed_at: '2025-04-05T00:00:00.000Z' },
      { email: null, confirmed_at: '2025-04-03T00:00:00.000Z' },
    ],
  },
});
