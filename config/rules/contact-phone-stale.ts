import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'phone',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Contact whose phone number nobody confirmed for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 773,
      min: 1,
      max: 3650,
      description: 'Days after which a value that nobody confirmed is stale',
    },
  },
  applies: `r.phone is not null`,
  violated: `r.confirmed_at < :now - :days * interval '1 day'`,
  advice: 'Confirm the phone number with the person or from a public profile.',
  examples: {
    violated: [{ phone: '+44 20 7946 0958', confirmed_at: '2024-04-18T00:00:00.000Z' }],
    kept: [
      { phone: '+44 20 7946 0958', confirmed_at: '2024-04-20T00:00:00.000Z' },
      { phone: null, confirmed_at: '2024-04-18T00:00:00.000Z' },
    ],
  },
});
