import { defineRule } from '../../src/model/rule.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Account',
  version: 2,
  field: 'website',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without a website',
  parameters: missingParameters,
  applies: `r.is_person_account is not true and golden.kind_of_name(r.name) = 'business'`,
  violated: isMissing('r.website'),
  advice: 'Add the website; it is the best evidence to tell companies apart.',
  examples: {
    violated: [{ website: null }, { website: 'keine' }],
    kept: [
      { is_person_account: true },
      { name: 'Lindgren Household' },
      { website: 'example.com' },
      { website: 'none.example' },
    ],
  },
});
