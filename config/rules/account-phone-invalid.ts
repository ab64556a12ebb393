import { defineRule } from '../../src/model/rule.ts';
import { isWrongLength } from '../phone.ts';

export default defineRule({
  object: 'Account',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  title: 'Account with a phone number of a wrong length',
  applies: `r.phone is not null`,
  violated: isWrongLength('r.phone'),
  advice: 'Write the phone number with its area or country code: 7 to 15 digits.',
  examples: {
    violated: [{ phone: '12345' }, { phone: 'see website' }],
    kept: [
      { phone: '+44 20 7946 0958' },
      { phone: '+49 711 400 5001, Durchwahl 12345' },
      { phone: '1-800-FLOWERS' },
      { phone: null },
    ],
  },
});
