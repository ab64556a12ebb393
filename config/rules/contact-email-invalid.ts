import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'email',
  dimension: 'validity',
  severity: 'critical',
  title: 'Contact with an invalid e-mail address',
  applies: `r.email is not null`,
  violated: `r.email !~ '^[^@[:space:]]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}$'`,
  advice: 'Correct the e-mail address; no e-mail reaches it.',
  examples: {
    violated: [
      { email: 'ana@example' },
      { email: 'ana at example.com' },
      { email: 'a@b@example.com' },
      { email: 'ana@example..com' },
    ],
    kept: [{ email: "ana.o'neil+news@mail.example.co.uk" }, { email: null }],
  },
});
