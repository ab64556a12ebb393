import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'account_id',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Contact without an account',
  violated: `r.account_id is null`,
  advice: 'Attach the person to the company; private contacts are seen by their owner alone.',
  examples: {
    violated: [{ account_id: null }],
    kept: [{ account_id: '001000000000001AAA' }],
  },
});
