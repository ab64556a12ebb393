import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Campaign',
  field: 'end_on',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Campaign that ends before it starts',
  applies: `r.start_on is not null and r.end_on is not null`,
  violated: `r.end_on < r.start_on`,
  advice: 'Correct the start or the end date.',
  examples: {
    violated: [{ start_on: '2026-05-01', end_on: '2026-04-01' }],
    kept: [{ start_on: '2026-05-01', end_on: '2026-05-01' }, { start_on: '2026-05-01' }],
  },
});
