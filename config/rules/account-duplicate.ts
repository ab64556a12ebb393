import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  dimension: 'uniqueness',
  severity: 'warn',
  title: 'Account that repeats another one',
  violated: `r.golden_record_rank > 1`,
  advice: 'Merge it into the oldest record of the same golden record.',
  examples: {
    violated: [{ golden_record_rank: 2, golden_record_count: 2 }],
    kept: [
      { golden_record_rank: 1, golden_record_count: 2 },
      { golden_record_rank: 1, golden_record_count: 1 },
    ],
  },
});
