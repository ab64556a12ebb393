import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'parent_id',
  dimension: 'consistency',
  severity: 'critical',
  version: 2,
  nightly: true,
  title: 'Account that is its own parent, or above its own parent',
  applies: `r.parent_id is not null`,
  violated: `exists (with recursive above (id) as (
      select r.parent_id
      union
      select a.parent_id from above join standard.account a on a.connection_id = r.connection_id and a.id = above.id
      where a.is_deleted is not true and a.parent_id is not null)
    select from above where above.id = r.id)`,
  advice: 'Change the parent account; roll-ups over the hierarchy never end.',
  examples: {
    violated: [{ id: '001000000000001AAA', parent_id: '001000000000001AAA' }],
    kept: [
      { id: '001000000000001AAA', parent_id: '001000000000002AAA' },
      { id: '001000000000001AAA', parent_id: null },
    ],
  },
});
