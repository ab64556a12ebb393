import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Case',
  field: 'account_id',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Case without an account and a contact',
  violated: `r.account_id is null and r.contact_id is null`,
  advice: 'Link the case to the customer who asked.',
  examples: {
    violated: [{ subject: 'Help' }],
    kept: [{ account_id: '001000000000001AAA' }, { contact_id: '003000000000001AAA' }],
  },
});
