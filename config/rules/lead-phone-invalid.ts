import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  title: 'Lead with a phone number of a wrong length',
  applies: `r.is_converted is not true and r.phone is not null`,
  violated: `length(regexp_replace(r.phone, '[^0-9]', '', 'g')) not between 7 and 15`,
  advice: 'Write the phone number with its area or country code: 7 to 15 digits.',
  examples: {
    violated: [{ phone: '12345' }, { phone: 'ask reception' }],
    kept: [{ phone: '+44 20 7946 0958' }, { phone: null }],
  },
});
