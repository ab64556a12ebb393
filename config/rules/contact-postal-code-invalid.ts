import { defineRule } from '../../src/model/rule.ts';
import { isOfNoPlace } from '../address.ts';

export default defineRule({
  object: 'Contact',
  version: 2,
  field: 'mailing_postal_code',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Contact with a postal code that its country does not have',
  applies: `r.mailing_postal_code is not null and r.place_postal_pattern is not null`,
  violated: isOfNoPlace('r.mailing_postal_code'),
  advice: 'Correct the postal code or the country; the territory depends on both.',
  examples: {
    violated: [{ mailing_postal_code: '1234', place_postal_pattern: '^[0-9]{5}$' }],
    kept: [
      { mailing_postal_code: '70173', place_postal_pattern: '^[0-9]{5}$' },
      { mailing_postal_code: 'D-70173', place_postal_pattern: '^[0-9]{5}$' },
      { mailing_postal_code: '560 001', place_postal_pattern: '^[0-9]{6}$' },
      { mailing_postal_code: '1234', place_postal_pattern: null },
      { mailing_postal_code: null, place_postal_pattern: '^[0-9]{5}$' },
    ],
  },
});
