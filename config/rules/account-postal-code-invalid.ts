import { defineRule } from '../../src/model/rule.ts';
import { isOfNoPlace } from '../address.ts';

export default defineRule({
  object: 'Account',
  version: 2,
  field: 'billing_postal_code',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Account with a postal code that its country does not have',
  applies: `r.billing_postal_code is not null and r.place_postal_pattern is not null`,
  violated: isOfNoPlace('r.billing_postal_code'),
  advice: 'Correct the postal code or the country; the territory depends on both.',
  examples: {
    violated: [{ billing_postal_code: '1234', place_postal_pattern: '^[0-9]{5}$' }],
    kept: [
      { billing_postal_code: '70173', place_postal_pattern: '^[0-9]{5}$' },
      { billing_postal_code: 'D-70173', place_postal_pattern: '^[0-9]{5}$' },
      { billing_postal_code: '560 001', place_postal_pattern: '^[0-9]{6}$' },
      { billing_postal_code: '1234', place_postal_pattern: null },
      { billing_postal_code: null, place_postal_pattern: '^[0-9]{5}$' },
    ],
  },
});
