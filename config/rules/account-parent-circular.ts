import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'parent_id',
  dimension: 'consistency',
  severity: 'critical',
  title: 'Account that is its own parent',
  applies: `r.parent_id is not null`,
  violated: `r.parent_id = r.id`,
  advice: 'Change the parent account; roll-ups over the hierarchy never end.',
  examples: {
    violated: [{ id: '001000000000001AAA', parent_id: '001000000000001AAA' }],
    kept: [
      { id: '001000000000001AAA', parent_id: '001000000000002AAA' },
      { id: '001000000000001AAA', parent_id: null },
    ],
  },
});
