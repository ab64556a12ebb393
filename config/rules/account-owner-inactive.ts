import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'owner_id',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Account owned by an inactive user',
  violated: `r.owner_is_active is false`,
  advice: 'Change the owner to an active user.',
  examples: {
    violated: [{ name: 'Ito KK', owner_is_active: false }],
    kept: [
      { name: 'Ito KK', owner_is_active: true },
      { name: 'Ito KK', owner_is_active: null },
    ],
  },
});
