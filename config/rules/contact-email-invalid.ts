import { defineRule } from '../../src/model/rule.ts';
import { isNoAddress } from '../address.ts';

export default defineRule({
  object: 'Contact',
  version: 2,
  field: 'email',
  dimension: 'validity',
  severity: 'critical',
  title: 'Contact with an invalid e-mail address',
  applies: `r.email is not null`,
  violated: isNoAddress('r.email'),
  advice: 'Correct the e-mail address; no e-mail reaches it.',
  examples: {
    violated: [
      { email: 'ana@example' },
      { email: 'ana at example.com' },
      { email: 'a@b@example.com' },
      { email: 'ana@example..com' },
      { email: 'mailto:ana@example.com' },
      { email: '<ana@example.com>' },
    ],
    kept: [
      { email: "ana.o'neil+news@mail.example.co.uk" },
      { email: 'ana@müller.de' },
      { email: 'ana@xn--e1afmkfd.xn--p1ai' },
      { email: null },
    ],
  },
});
