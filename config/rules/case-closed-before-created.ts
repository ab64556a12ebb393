import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Case',
  field: 'closed_at',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Case closed before it was created',
  applies: `r.closed_at is not null`,
  violated: `r.closed_at < r.created_at`,
  advice: 'Correct the dates; the time to resolution comes out negative.',
  examples: {
    violated: [{ closed_at: '2026-04-01T00:00:00Z', created_at: '2026-04-02T00:00:00Z' }],
    kept: [
      { closed_at: '2026-04-02T00:00:00Z', created_at: '2026-04-02T00:00:00Z' },
      { created_at: '2026-04-02T00:00:00Z' },
    ],
  },
});
