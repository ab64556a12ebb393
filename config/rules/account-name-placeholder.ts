import { defineRule } from '../../src/model/rule.ts';
import { isOneOf, madeUpCompanies } from '../placeholders.ts';

export default defineRule({
  object: 'Account',
  field: 'name',
  dimension: 'validity',
  severity: 'warn',
  title: 'Account with a name that is a placeholder',
  parameters: { names: { type: 'words', description: 'Companies that there are not', default: madeUpCompanies } },
  violated: `r.name is null or ${isOneOf('r.name', ':names')}`,
  advice: 'Write the name of the company, or delete the account if it was a try.',
  examples: {
    violated: [{ name: 'Test Account' }, { name: 'asdf' }, { name: 'Unbekannt' }, { name: '???' }, { name: null }],
    kept: [{ name: 'Ito KK' }, { name: 'Test Rite Products' }, { name: '3M' }, { name: 'AAA' }, { name: '森永' }],
  },
});
