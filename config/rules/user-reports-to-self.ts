import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'User',
  field: 'manager_id',
  dimension: 'consistency',
  severity: 'warn',
  version: 2,
  nightly: true,
  title: 'User who is their own manager, or above their own manager',
  applies: `r.manager_id is not null`,
  violated: `exists (with recursive above (id) as (
      select r.manager_id
      union
      select u.manager_id from above join standard."user" u on u.connection_id = r.connection_id and u.id = above.id
      where u.is_deleted is not true and u.manager_id is not null)
    select from above where above.id = r.id)`,
  advice: 'Set the real manager; team figures count the user twice.',
  examples: {
    violated: [{ id: '005000000000001AAA', manager_id: '005000000000001AAA' }],
    kept: [{ id: '005000000000001AAA', manager_id: '005000000000002AAA' }, { manager_id: null }],
  },
});
