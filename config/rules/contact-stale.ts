import { defineRule } from '../../src/model/rule.ts';
import { unconfirmed } from '../unconfirmed.ts';

export default defineRule({
  object: 'Contact',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Contact of whom nobody confirmed anything for {days} days',
  ...unconfirmed(320, 'Days after which a contact of whom nobody confirmed a value is stale'),
  advice: 'Check with the person, or a public profile, that all of it still holds.',
  examples: {
    violated: [{ last_name: 'Ito', confirmed_at: '2025-07-15T00:00:00.000Z' }],
    kept: [{ last_name: 'Ito', confirmed_at: '2025-07-16T00:00:00.000Z' }],
  },
});
