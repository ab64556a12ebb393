import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'push_count',
  dimension: 'timeliness',
  severity: 'warn',
  stale: true,
  title: 'Open opportunity pushed to a later month more than twice',
  applies: `r.is_closed is not true`,
  violated: `r.push_count > 2`,
  advice: 'Ask the buyer for the reason, then lower the probability or close the opportunity.',
  examples: {
    violated: [{ is_closed: false, push_count: 3 }],
    kept: [{ is_closed: false, push_count: 2 }, { is_closed: true, push_count: 5 }, { is_closed: false }],
  },
});
