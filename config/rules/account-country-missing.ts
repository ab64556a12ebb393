import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'billing_country',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without a billing country',
  violated: `r.billing_country is null`,
  advice: 'Add the billing country; region, tax and territory depend on it.',
  examples: {
    violated: [{ billing_country: null }],
    kept: [{ billing_country: 'Japan' }],
  },
});
