import { defineRule } from '../../src/model/rule.ts';
import { madeUpNumbers } from '../placeholders.ts';

export default defineRule({
  object: 'Lead',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  title: 'Lead with a phone number that is a placeholder',
  parameters: {
    numbers: {
      type: 'words',
      description: 'Last seven digits of numbers that are made up',
      default: madeUpNumbers,
    },
  },
  applies: `length(regexp_replace(r.phone, '[^0-9]', '', 'g')) >= 7`,
  violated: `right(regexp_replace(r.phone, '[^0-9]', '', 'g'), 7) ~ '^([0-9])\\1+$'
    or right(regexp_replace(r.phone, '[^0-9]', '', 'g'), 7) = any (:numbers)`,
  advice: 'Ask for the real number, or leave the field empty.',
  examples: {
    violated: [{ phone: '111-1111' }, { phone: '+1 (555) 555-5555' }, { phone: '123-4567' }],
    kept: [{ phone: '+44 20 7946 0958' }, { phone: '0711 111 1112' }, { phone: null }],
  },
});
