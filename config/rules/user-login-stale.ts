import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'User',
  field: 'last_login_at',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Active user without a login for {days} days',
  parameters: {
    days: { type: 'number', unit: 'days', default: 90, min: 1, max: 3650, description: 'Days without a login' },
  },
  applies: `r.is_active`,
  violated: `coalesce(r.last_login_at, r.created_at) < :now - :days * interval '1 day'`,
  advice: 'Deactivate the user and give the records to somebody else, or ask why.',
  examples: {
    violated: [
      { is_active: true, last_login_at: '2026-02-01T00:00:00Z' },
      { is_active: true, created_at: '2026-01-01T00:00:00Z' },
    ],
    kept: [
      { is_active: true, last_login_at: '2026-05-01T00:00:00Z' },
      { is_active: false, last_login_at: '2020-02-01T00:00:00Z' },
    ],
  },
});
