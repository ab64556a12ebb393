import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  version: 2,
  field: 'close_on',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Open opportunity whose close date has passed',
  applies: `r.is_closed is not true`,
  violated: `r.close_on < :today`,
  advice: 'Close the opportunity, or set a close date that the buyer has agreed to.',
  examples: {
    violated: [{ is_closed: false, close_on: '2026-05-31' }],
    kept: [
      { is_closed: false, close_on: '2026-06-01' },
      { is_closed: true, close_on: '2026-05-29' },
      { is_closed: false },
    ],
  },
});
