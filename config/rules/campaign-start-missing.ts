import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Campaign',
  field: 'start_on',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Campaign without a start date',
  violated: `r.start_on is null`,
  advice: 'Enter the start date; its leads and deals are credited by it.',
  examples: {
    violated: [{ name: 'Spring', start_on: null }],
    kept: [{ name: 'Spring', start_on: '2026-03-01' }],
  },
});
