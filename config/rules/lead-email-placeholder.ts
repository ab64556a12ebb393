import { defineRule } from '../../src/model/rule.ts';
import { addressParameters, isAddressMadeUp } from '../placeholders.ts';

export default defineRule({
  object: 'Lead',
  version: 2,
  field: 'email',
  dimension: 'validity',
  severity: 'warn',
  title: 'Lead with an e-mail address that is a placeholder',
  parameters: addressParameters,
  applies: `r.email is not null`,
  violated: isAddressMadeUp('r.email'),
  advice: 'Ask for the real address, or leave the field empty.',
  examples: {
    violated: [
      { email: 'test@test.com' },
      { email: 'ana@noemail.com' },
      { email: 'asdf@asdf.io' },
      { email: 'no-reply@kettle.io' },
      { email: 'ana@kettle.io.invalid' },
    ],
    kept: [{ email: 'test@kettle.io' }, { email: 'info@kettle.io' }, { email: 'ana@example.com' }, { email: null }],
  },
});
