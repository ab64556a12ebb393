import { defineRule } from '../../src/model/rule.ts';
import { isOneOf, madeUpCompanies } from '../placeholders.ts';

export default defineRule({
  object: 'Lead',
  field: 'company',
  dimension: 'validity',
  severity: 'warn',
  title: 'Lead with a company that is a placeholder',
  parameters: { names: { type: 'words', description: 'Companies that there are not', default: madeUpCompanies } },
  applies: `r.is_converted is not true and r.company is not null`,
  violated: isOneOf('r.company', ':names'),
  advice: 'Write the name of the company; without it, Assay cannot match the lead to an account.',
  examples: {
    violated: [
      { company: 'Test Company', is_converted: false },
      { company: 'keine Angabe' },
      { company: 'xxxx' },
      { company: '[company]' },
    ],
    kept: [
      { company: 'Ito KK' },
      { company: 'Testo SE' },
      { company: 'XXXLutz' },
      { company: null },
      { company: 'Test Company', is_converted: true },
    ],
  },
});
