import { defineRule } from '../../src/model/rule.ts';
import { isOutOfYears, yearParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'close_on',
  dimension: 'validity',
  severity: 'warn',
  title: 'Opportunity with a close date that is a placeholder',
  parameters: yearParameters('a deal'),
  applies: `r.close_on is not null`,
  violated: isOutOfYears('r.close_on'),
  advice: 'Set a close date that the buyer has agreed to.',
  examples: {
    violated: [{ close_on: '1900-01-01' }, { close_on: '2099-12-31' }],
    kept: [{ close_on: '2026-08-01' }, { close_on: '2030-01-01' }, { close_on: null }],
  },
});
