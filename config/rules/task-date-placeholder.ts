import { defineRule } from '../../src/model/rule.ts';
import { isOutOfYears, yearParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Task',
  field: 'activity_on',
  dimension: 'validity',
  severity: 'warn',
  title: 'Task with a due date that is a placeholder',
  parameters: yearParameters('a task'),
  applies: `r.activity_on is not null`,
  violated: isOutOfYears('r.activity_on'),
  advice: 'Set the day the task is due, or leave it empty.',
  examples: {
    violated: [{ activity_on: '1970-01-01' }, { activity_on: '2999-12-31' }],
    kept: [{ activity_on: '2026-08-01' }, { activity_on: '2019-08-01' }, { activity_on: null }],
  },
});
