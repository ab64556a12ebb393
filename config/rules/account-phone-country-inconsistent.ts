import { defineRule } from '../../src/model/rule.ts';
import { isOfAnotherCountry, saysCountry } from '../phone.ts';

export default defineRule({
  object: 'Account',
  version: 2,
  field: 'phone',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Account whose phone number is of another country',
  applies: saysCountry('r.phone'),
  violated: isOfAnotherCountry('r.phone'),
  advice: 'Check country and phone number; one of them belongs to another office, or is a slip.',
  examples: {
    violated: [
      { phone: '+49 711 123456', place_calling_code: '44' },
      { phone: '0049 711 123456', place_calling_code: '44' },
    ],
    kept: [
      { phone: '+44 20 7946 0958', place_calling_code: '44' },
      { phone: '0044 20 7946 0958', place_calling_code: '44' },
      { phone: '020 7946 0958', place_calling_code: '44' },
      { phone: '000-000-0000', place_calling_code: '44' },
      { phone: '+800 1234 5670', place_calling_code: '44' },
      { phone: '+49 711 123456', place_calling_code: null },
    ],
  },
});
