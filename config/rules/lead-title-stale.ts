import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Lead',
  field: 'title',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Lead whose job title nobody confirmed for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 365,
      min: 1,
      max: 3650,
      description: 'Days after which a value that nobody confirmed is stale',
    },
  },
  applies: `r.is_converted is not true and r.title is not null`,
  violated: `r.confirmed_at < :now - :days * interval '1 day'`,
  advice: 'Confirm the job title with the person or from a public profile.',
  examples: {
    violated: [{ title: 'Buyer', confirmed_at: '2025-05-31T00:00:00.000Z' }],
    kept: [
      { title: 'Buyer', confirmed_at: '2025-06-02T00:00:00.000Z' },
      { title: null, confirmed_at: '2025-05-31T00:00:00.000Z' },
    ],
  },
});
