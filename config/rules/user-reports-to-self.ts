import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'User',
  field: 'manager_id',
  dimension: 'consistency',
  severity: 'warn',
  title: 'User who is their own manager',
  applies: `r.manager_id is not null`,
  violated: `r.manager_id = r.id`,
  advice: 'Set the real manager; team figures count the user twice.',
  examples: {
    violated: [{ id: '005000000000001AAA', manager_id: '005000000000001AAA' }],
    kept: [{ id: '005000000000001AAA', manager_id: '005000000000002AAA' }, { manager_id: null }],
  },
});
