import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Campaign',
  field: 'is_active',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Campaign still active {days} days after its end',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 30,
      min: 1,
      max: 3650,
      description: 'Days after its end that a campaign may stay active',
    },
  },
  applies: `r.is_active and r.end_on is not null`,
  violated: `r.end_on < :today - :days::int`,
  advice: 'Deactivate the campaign, or move its end date.',
  examples: {
    violated: [{ is_active: true, end_on: '2026-04-01' }],
    kept: [
      { is_active: true, end_on: '2026-05-20' },
      { is_active: false, end_on: '2026-04-01' },
    ],
  },
});
