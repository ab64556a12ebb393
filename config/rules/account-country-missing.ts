import { defineRule } from '../../src/model/rule.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Account',
  version: 2,
  field: 'billing_country',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without a billing country',
  parameters: missingParameters,
  violated: isMissing('r.billing_country'),
  advice: 'Add the billing country; region, tax and territory depend on it.',
  examples: {
    violated: [{ billing_country: null }, { billing_country: 'keine Angabe' }, { billing_country: '---' }],
    kept: [{ billing_country: 'Japan' }, { billing_country: '日本' }, { billing_country: 'Россия' }],
  },
});
