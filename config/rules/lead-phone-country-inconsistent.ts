import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'phone',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Lead whose phone number is of another country',
  applies: `r.phone ~ '^[^0-9+]*([+]|00)' and r.place_calling_code is not null`,
  violated: `not starts_with(regexp_replace(regexp_replace(r.phone, '^[^0-9+]*00', '+'), '[^0-9+]', '', 'g'), '+' || r.place_calling_code)`,
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
      { phone: '+49 711 123456', place_calling_code: null },
    ],
  },
});
