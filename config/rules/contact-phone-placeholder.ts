import { defineRule } from '../../src/model/rule.ts';
import { hasDigits, isMadeUp } from '../phone.ts';
import { madeUpNumbers } from '../placeholders.ts';

export default defineRule({
  object: 'Contact',
  version: 2,
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  title: 'Contact with a phone number that is a placeholder',
  parameters: {
    numbers: {
      type: 'words',
      description: 'Last seven digits of numbers that are made up',
      default: madeUpNumbers,
    },
  },
  applies: hasDigits('r.phone', 'r.mobile_phone'),
  violated: isMadeUp('r.phone', 'r.mobile_phone'),
  advice: 'Ask for the real number, or leave the field empty.',
  examples: {
    violated: [
      { phone: '111-1111' },
      { phone: '+1 (555) 555-5555' },
      { phone: '123-4567' },
      { phone: '9876543210' },
      { phone: '123-123-1234' },
      { phone: '+44 20 7946 0958', mobile_phone: '0000000000' },
    ],
    kept: [{ phone: '+44 20 7946 0958' }, { phone: '0711 111 1112' }, { phone: '01 45 45 45 45' }, { phone: null }],
  },
});
