import { defineRule } from '../../src/model/rule.ts';
import { unconfirmed } from '../unconfirmed.ts';

export default defineRule({
  object: 'Lead',
  field: 'phone',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Lead whose phone number nobody confirmed for {days} days',
  ...unconfirmed(773),
  applies: `r.is_converted is not true and r.phone is not null`,
  advice: 'Confirm the phone number with the person or from a public profile.',
  examples: {
    violated: [{ phone: '+44 20 7946 0958', confirmed_at: '2024-04-18T00:00:00.000Z' }],
    kept: [
      { phone: '+44 20 7946 0958', confirmed_at: '2024-04-20T00:00:00.000Z' },
      { phone: null, confirmed_at: '2024-04-18T00:00:00.000Z' },
    ],
  },
});
