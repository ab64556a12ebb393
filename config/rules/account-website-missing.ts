import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'website',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without a website',
  applies: `r.is_person_account is not true and golden.kind_of_name(r.name) = 'business'`,
  violated: `r.website is null`,
  advice: 'Add the website; it is the best evidence to tell companies apart.',
  examples: {
    violated: [{ website: null }],
    kept: [{ is_person_account: true }, { name: 'Lindgren Household' }, { website: 'example.com' }],
  },
});
