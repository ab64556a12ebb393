import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'title',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Contact without a job title',
  violated: `r.title is null`,
  advice: 'Add the job title; routing depends on it.',
  examples: {
    violated: [{ title: null }],
    kept: [{ title: 'Buyer' }],
  },
});
