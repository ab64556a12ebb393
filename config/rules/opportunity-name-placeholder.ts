import { defineRule } from '../../src/model/rule.ts';
import { isOneOf, madeUpDeals } from '../placeholders.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'name',
  dimension: 'validity',
  severity: 'warn',
  title: 'Opportunity with a name that is a placeholder',
  parameters: { names: { type: 'words', description: 'Names of deals that are tries', default: madeUpDeals } },
  violated: `r.name is null or ${isOneOf('r.name', ':names')}`,
  advice: 'Delete the opportunity if it was a try; it counts in the pipeline. Else name it.',
  examples: {
    violated: [{ name: 'Test Deal' }, { name: '- TBD -' }, { name: 'asdf' }, { name: null }],
    kept: [{ name: 'Test bench for Ito KK' }, { name: 'Kiln 4' }, { name: '2026' }],
  },
});
