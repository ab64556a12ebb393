import { defineRule } from '../../src/model/rule.ts';
import { madeUpNames } from '../placeholders.ts';

export default defineRule({
  object: 'Contact',
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
  violated: `r.last_name is null or lower(r.last_name) = any (:names)`,
  advice: 'Write the real family name; nobody can find or call this person.',
  examples: {
    violated: [{ last_name: 'asdf' }, { last_name: 'Unknown' }, { last_name: null }],
    kept: [{ last_name: 'Ito' }, { last_name: 'Tester' }],
  },
});
