import { defineRule } from '../../src/model/rule.ts';
import { unconfirmed } from '../unconfirmed.ts';

export default defineRule({
  object: 'Contact',
  field: 'title',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Contact whose job title nobody confirmed for {days} days',
  ...unconfirmed(365),
  applies: `r.title is not null`,
  advice: 'Confirm the job title with the person or from a public profile.',
  examples: {
    violated: [{ title: 'Buyer', confirmed_at: '2025-05-31T00:00:00.000Z' }],
    kept: [
      { title: 'Buyer', confirmed_at: '2025-06-02T00:00:00.000Z' },
      { title: null, confirmed_at: '2025-05-31T00:00:00.000Z' },
    ],
  },
});
