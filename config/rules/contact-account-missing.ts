import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'account_id',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Contact without an account',
  violated: `r.account_id is null`,
  advice: 'Choose the account; without it, only the owner sees the contact.',
  examples: {
    violated: [{ account_id: null }],
    kept: [{ account_id: '001000000000001AAA' }],
  },
});
