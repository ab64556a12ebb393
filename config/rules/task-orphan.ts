import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Task',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Task about nobody and nothing',
  violated: `r.who_id is null and r.what_id is null`,
  advice: 'Link the task to a person or a record, so that it counts as activity there.',
  examples: {
    violated: [{ subject: 'Call' }],
    kept: [{ who_id: '003000000000001AAA' }, { what_id: '006000000000001AAA' }],
  },
});
