import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'email',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Contact without an e-mail address',
  applies: `r.has_opted_out_of_email is not true`,
  violated: `r.email is null`,
  advice: 'Ask for the e-mail address, or select Email Opt Out.',
  examples: {
    violated: [{ email: null, has_opted_out_of_email: false }],
    kept: [{ email: 'ana@example.com' }, { email: null, has_opted_out_of_email: true }],
  },
});
