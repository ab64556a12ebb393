import { defineRule } from '../../src/model/rule.ts';
import { unconfirmed } from '../unconfirmed.ts';

export default defineRule({
  object: 'Lead',
  field: 'email',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Lead whose e-mail address nobody confirmed for {days} days',
  ...unconfirmed(423),
  applies: `r.is_converted is not true and r.email is not null`,
  advice: 'Confirm the e-mail address with the person or from a public profile.',
  examples: {
    violated: [{ email: 'ana@example.com', confirmed_at: '2025-04-03T00:00:00.000Z' }],
    kept: [
      { email: 'ana@example.com', confirmed_at: '2025-04-05T00:00:00.000Z' },
      { email: null, confirmed_at: '2025-04-03T00:00:00.000Z' },
    ],
  },
});
