import { defineRule } from '../../src/model/rule.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Lead',
  version: 2,
  field: 'company',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Lead without a company',
  parameters: missingParameters,
  applies: `r.is_converted is not true`,
  violated: isMissing('r.company'),
  advice: 'Add the company; without it, Assay cannot match the lead to an account.',
  examples: {
    violated: [{ company: null, is_converted: false }, { company: 'keine Angabe' }, { company: '...' }],
    kept: [
      { company: 'Ito KK' },
      { company: 'None Such GmbH' },
      { company: '3M' },
      { company: null, is_converted: true },
    ],
  },
});
