import { defineRule } from '../../src/model/rule.ts';
import { isWrongLength } from '../phone.ts';

export default defineRule({
  object: 'Lead',
  version: 2,
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  title: 'Lead with a phone number of a wrong length',
  applies: `r.is_converted is not true and coalesce(r.phone, r.mobile_phone) is not null`,
  violated: isWrongLength('r.phone', 'r.mobile_phone'),
  advice: 'Write the phone number with its area or country code: 7 to 15 digits.',
  examples: {
    violated: [{ phone: '12345' }, { phone: 'ask reception' }, { phone: '+44 20 7946 0958', mobile_phone: '0172' }],
    kept: [
      { phone: '+44 20 7946 0958' },
      { phone: '+44 20 7946 0958 ext. 12345' },
      { phone: '1-800-FLOWERS' },
      { mobile_phone: '0172 400 5001' },
      { phone: null },
    ],
  },
});
