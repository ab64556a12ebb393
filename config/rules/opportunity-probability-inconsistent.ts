import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'probability',
  dimension: 'consistency',
  severity: 'warn',
  title: 'Closed opportunity whose probability contradicts its outcome',
  applies: `r.is_closed and r.probability is not null`,
  violated: `r.probability <> case when r.is_won then 100 else 0 end`,
  advice: 'Set the probability to 100 if won and 0 if lost.',
  examples: {
    violated: [
      { is_closed: true, is_won: true, probability: 60 },
      { is_closed: true, is_won: false, probability: 60 },
    ],
    kept: [
      { is_closed: true, is_won: true, probability: 100 },
      { is_closed: true, is_won: false, probability: 0 },
      { is_closed: false, probability: 60 },
    ],
  },
});
