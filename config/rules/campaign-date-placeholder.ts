import { defineRule } from '../../src/model/rule.ts';
import { isOutOfYears, yearParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Campaign',
  field: 'start_on',
  dimension: 'validity',
  severity: 'warn',
  title: 'Campaign with a date that is a placeholder',
  parameters: yearParameters('a campaign'),
  applies: `coalesce(r.start_on, r.end_on) is not null`,
  violated: isOutOfYears('r.start_on', 'r.end_on'),
  advice: 'Enter the real dates; leads, deals and spend are counted by them.',
  examples: {
    violated: [{ start_on: '1900-01-01' }, { start_on: '2026-03-01', end_on: '2999-12-31' }],
    kept: [{ start_on: '2026-03-01', end_on: '2027-12-31' }, { start_on: '2026-03-01' }, {}],
  },
});
