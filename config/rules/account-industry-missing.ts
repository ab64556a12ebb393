import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'industry',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without an industry',
  applies: `r.is_person_account is not true and golden.kind_of_name(r.name) = 'business'`,
  violated: `r.industry is null`,
  advice: 'Choose the industry; territories and segments depend on it.',
  examples: {
    violated: [{ industry: null }],
    kept: [{ is_person_account: true }, { name: 'Lindgren Household' }, { industry: 'Energy' }],
  },
});
