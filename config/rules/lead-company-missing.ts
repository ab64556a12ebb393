import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'company',
  dimension: 'completeness',
  severity: 'critical',
  title: 'Lead without a company',
  applies: `r.is_converted is not true`,
  violated: `r.company is null`,
  advice: 'Add the company; without it, Assay cannot match the lead to an account.',
  examples: {
    violated: [{ company: null, is_converted: false }],
    kept: [{ company: 'Ito KK' }, { company: null, is_converted: true }],
  },
});
