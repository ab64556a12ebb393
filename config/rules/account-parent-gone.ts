import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'parent_id',
  dimension: 'consistency',
  severity: 'critical',
  nightly: true,
  title: 'Account whose parent was deleted or merged away',
  applies: `r.parent_id is not null`,
  violated: `exists (select from standard.account a where a.connection_id = r.connection_id and a.id = r.parent_id and a.is_deleted)`,
  advice: 'Choose the parent that is left, or none; the hierarchy ends at a record that is gone.',
  examples: {
    violated: [{ connection_id: 'has a deleted account', parent_id: 'a1' }],
    kept: [
      { connection_id: 'has a deleted account', parent_id: 'a2' },
      { connection_id: 'has a deleted account', parent_id: null },
    ],
  },
});
