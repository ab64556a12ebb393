import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'User',
  field: 'email',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Active user without an e-mail address',
  applies: `r.is_active`,
  violated: `r.email is null`,
  advice: 'Enter the e-mail address; the weekly digest goes there.',
  examples: {
    violated: [{ is_active: true, email: null }],
    kept: [
      { is_active: true, email: 'ana@example.com' },
      { is_active: false, email: null },
    ],
  },
});
