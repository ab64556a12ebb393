import { defineRule } from '../../src/model/rule.ts';
import { hasNoLetter, isOneOf, madeUpNames } from '../placeholders.ts';

export default defineRule({
  object: 'Contact',
  version: 2,
  field: 'last_name',
  dimension: 'validity',
  severity: 'critical',
  title: 'Contact with a name that is a placeholder',
  parameters: {
    names: {
      type: 'words',
      description: 'Names that nobody has',
      default: madeUpNames,
    },
  },
  violated: `r.last_name is null or ${isOneOf('r.last_name', ':names')} or ${hasNoLetter('r.last_name')}`,
  advice: 'Write the real family name; nobody can find or call this person.',
  examples: {
    violated: [
      { last_name: 'asdf' },
      { last_name: 'Unknown' },
      { last_name: null },
      { last_name: '(Unbekannt)' },
      { last_name: '12345' },
      { last_name: '不明' },
    ],
    kept: [{ last_name: 'Ito' }, { last_name: 'Tester' }, { last_name: '王' }, { last_name: 'Иванова' }],
  },
});
