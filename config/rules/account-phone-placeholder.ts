import { defineRule } from '../../src/model/rule.ts';
import { hasDigits, isMadeUp } from '../phone.ts';
import { madeUpNumbers } from '../placeholders.ts';

export default defineRule({
  object: 'Account',
  field: 'phone',
  dimension: 'validity',
  severity: 'warn',
  title: 'Account with a phone number that is a placeholder',
  parameters: {
    numbers: { type: 'words', description: 'Last seven digits of numbers that are made up', default: madeUpNumbers },
  },
  applies: hasDigits('r.phone'),
  violated: isMadeUp('r.phone'),
  advice: 'Write the number of the company, or leave the field empty.',
  examples: {
    violated: [{ phone: '0000000000' }, { phone: '+1 (555) 555-5555' }, { phone: '123-123-1234' }],
    kept: [{ phone: '+44 20 7946 0958' }, { phone: '01 45 45 45 45' }, { phone: '12345' }, { phone: null }],
  },
});
