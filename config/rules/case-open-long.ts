import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Case',
  field: 'is_closed',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Case open for more than {days} days',
  parameters: {
    days: { type: 'number', unit: 'days', default: 30, min: 1, max: 3650, description: 'Days a case may be open' },
  },
  applies: `r.is_closed is not true`,
  violated: `r.created_at < :now - :days * interval '1 day'`,
  advice: 'Answer and close the case, or tell the customer when it will be.',
  examples: {
    violated: [{ is_closed: false, created_at: '2026-04-01T00:00:00Z' }],
    kept: [
      { is_closed: false, created_at: '2026-05-20T00:00:00Z' },
      { is_closed: true, created_at: '2026-04-01T00:00:00Z' },
    ],
  },
});
