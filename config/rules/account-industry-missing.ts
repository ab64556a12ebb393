import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'industry',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without an industry',
  violated: `r.industry is null`,
  advice: 'Choose the industry; territories and segments depend on it.',
  examples: {
    violated: [{ industry: null }],
    kept: [{ industry: 'Energy' }],
  },
});
