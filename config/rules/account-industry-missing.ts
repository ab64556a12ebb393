import { defineRule } from '../../src/model/rule.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Account',
  version: 2,
  field: 'industry',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without an industry',
  parameters: missingParameters,
  applies: `r.is_person_account is not true and golden.kind_of_name(r.name) = 'business'`,
  violated: isMissing('r.industry'),
  advice: 'Choose the industry; territories and segments depend on it.',
  examples: {
    violated: [{ industry: null }, { industry: 'Not specified' }, { industry: 'k. A.' }],
    kept: [{ is_person_account: true }, { name: 'Lindgren Household' }, { industry: 'Energy' }, { industry: 'Other' }],
  },
});
