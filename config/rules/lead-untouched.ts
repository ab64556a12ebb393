import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'last_activity_on',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Open lead without activity for 90 days',
  applies: `r.is_converted is not true`,
  violated: `least(coalesce(r.last_activity_on, r.created_at::date), :now::date) < :now::date - 90`,
  advice: 'Contact the lead, or disqualify it.',
  examples: {
    violated: [
      { is_converted: false, last_activity_on: '2026-03-01' },
      { is_converted: false, created_at: '2026-03-01T00:00:00.000Z' },
    ],
    kept: [
      { is_converted: false, last_activity_on: '2026-03-05' },
      { is_converted: false, last_activity_on: '2026-07-01', created_at: '2023-12-14T00:00:00.000Z' },
      { is_converted: false, created_at: '2026-03-05T00:00:00.000Z' },
      { is_converted: true, last_activity_on: '2026-03-01' },
    ],
  },
});
