import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  dimension: 'uniqueness',
  severity: 'warn',
  title: 'Contact that is a duplicate',
  violated: `r.golden_record_rank > 1`,
  advice: 'Merge it in Salesforce with the other records of its group.',
  examples: {
    violated: [{ golden_record_rank: 2, golden_record_count: 2 }],
    kept: [
      { golden_record_rank: 1, golden_record_count: 2 },
      { golden_record_rank: 1, golden_record_count: 1 },
    ],
  },
});
