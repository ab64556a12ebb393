import { defineRule } from '../../src/model/rule.ts';
import { isMissing, isOneOf, madeUpCompanies, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Lead',
  version: 2,
  field: 'company',
  dimension: 'validity',
  severity: 'warn',
  title: 'Lead with a company that is a placeholder',
  parameters: {
    names: { type: 'words', description: 'Companies that there are not', default: madeUpCompanies },
    ...missingParameters,
  },
  // What says that there is none is missing, and not made up as well.
  applies: `r.is_converted is not true and not ${isMissing('r.company')}`,
  violated: isOneOf('r.company', ':names'),
  advice: 'Write the name of the company; without it, Assay cannot match the lead to an account.',
  examples: {
    violated: [{ company: 'Test Company', is_converted: false }, { company: 'xxxx' }, { company: '[company]' }],
    kept: [
      { company: 'Ito KK' },
      { company: 'Testo SE' },
      { company: 'XXXLutz' },
      { company: 'keine Angabe' },
      { company: null },
      { company: 'Test Company', is_converted: true },
    ],
  },
});
