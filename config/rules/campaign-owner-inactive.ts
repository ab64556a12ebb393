import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Campaign',
  field: 'owner_id',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Campaign owned by an inactive user',
  applies: `r.is_active`,
  violated: `r.owner_is_active is false`,
  advice: 'Change the owner to an active user.',
  examples: {
    violated: [{ is_active: true, owner_is_active: false }],
    kept: [
      { is_active: true, owner_is_active: true },
      { is_active: false, owner_is_active: false },
      { is_active: true, owner_is_active: null },
    ],
  },
});
