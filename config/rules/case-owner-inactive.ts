import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Case',
  field: 'owner_id',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Open case owned by an inactive user',
  applies: `r.is_closed is not true`,
  violated: `r.owner_is_active is false`,
  advice: 'Change the owner; nobody answers this customer.',
  examples: {
    violated: [{ is_closed: false, owner_is_active: false }],
    kept: [
      { is_closed: false, owner_is_active: true },
      { is_closed: false, owner_is_active: null },
      { is_closed: true, owner_is_active: false },
    ],
  },
});
