import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  dimension: 'uniqueness',
  severity: 'warn',
  title: 'Opportunity that is a duplicate',
  violated: `r.golden_record_rank > 1`,
  advice: 'Keep one of the opportunities of its group; delete or close the others as duplicates.',
  examples: {
    violated: [{ golden_record_rank: 2, golden_record_count: 2 }],
    kept: [
      { golden_record_rank: 1, golden_record_count: 2 },
      { golden_record_rank: 1, golden_record_count: 1 },
    ],
  },
});
