import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'owner_id',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Contact owned by an inactive user',
  violated: `r.owner_is_active is false`,
  advice: 'Change the owner to an active user.',
  examples: {
    violated: [{ last_name: 'Ito', owner_is_active: false }],
    kept: [
      { last_name: 'Ito', owner_is_active: true },
      { last_name: 'Ito', owner_is_active: null },
    ],
  },
});
