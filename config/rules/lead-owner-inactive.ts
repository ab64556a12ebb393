import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'owner_id',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Lead owned by an inactive user',
  applies: `r.is_converted is not true`,
  violated: `r.owner_is_active is false`,
  advice: 'Change the owner to an active user.',
  examples: {
    violated: [{ is_converted: false, owner_is_active: false }],
    kept: [
      { is_converted: false, owner_is_active: true },
      { is_converted: false, owner_is_active: null },
      { is_converted: true, owner_is_active: false },
    ],
  },
});
