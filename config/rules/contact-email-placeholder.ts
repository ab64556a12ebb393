import { defineRule } from '../../src/model/rule.ts';
import { madeUpDomains, madeUpMailboxes } from '../placeholders.ts';

export default defineRule({
  object: 'Contact',
  field: 'email',
  dimension: 'validity',
  severity: 'warn',
  title: 'Contact with an e-mail address that is a placeholder',
  parameters: {
    domains: {
      type: 'words',
      description: 'Domains that nobody has an address at',
      default: madeUpDomains,
    },
    names: {
      type: 'words',
      description: 'Words that make an address up, before the @ and after it',
      default: madeUpMailboxes,
    },
  },
  applies: `r.email is not null`,
  violated: `split_part(lower(r.email), '@', 2) = any (:domains)
    or (split_part(lower(r.email), '@', 1) = any (:names) and split_part(split_part(lower(r.email), '@', 2), '.', 1) = any (:names))`,
  advice: 'Ask for the real address, or leave the field empty.',
  examples: {
    violated: [{ email: 'test@test.com' }, { email: 'ana@noemail.com' }, { email: 'asdf@asdf.io' }],
    kept: [{ email: 'test@kettle.io' }, { email: 'ana@example.com' }, { email: null }],
  },
});
