import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Task',
  field: 'owner_id',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Open task owned by an inactive user',
  applies: `r.is_closed is not true`,
  violated: `r.owner_is_active is false`,
  advice: 'Give the task to an active user, or delete it.',
  examples: {
    violated: [{ is_closed: false, owner_is_active: false }],
    kept: [
      { is_closed: false, owner_is_active: true },
      { is_closed: true, owner_is_active: false },
    ],
  },
});
