import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Task',
  field: 'activity_on',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Open task more than {days} days overdue',
  parameters: {
    days: { type: 'number', unit: 'days', default: 30, min: 1, max: 3650, description: 'Days a task may be overdue' },
  },
  applies: `r.is_closed is not true`,
  violated: `r.activity_on < :today - :days::int`,
  advice: 'Do the task, move its due date, or delete it.',
  examples: {
    violated: [{ is_closed: false, activity_on: '2026-04-01' }],
    kept: [
      { is_closed: false, activity_on: '2026-05-25' },
      { is_closed: true, activity_on: '2026-04-01' },
      { is_closed: false },
    ],
  },
});
