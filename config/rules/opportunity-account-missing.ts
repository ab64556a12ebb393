import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'account_id',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Opportunity without an account',
  violated: `r.account_id is null`,
  advice: 'Choose the account of the opportunity.',
  examples: {
    violated: [{ account_id: null }],
    kept: [{ account_id: '001000000000001AAA' }],
  },
});
