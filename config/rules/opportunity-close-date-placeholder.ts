import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Opportunity',
  field: 'close_on',
  dimension: 'validity',
  severity: 'warn',
  title: 'Opportunity with a close date that is a placeholder',
  parameters: {
    first_year: {
      type: 'number',
      unit: 'years',
      default: 1990,
      min: 1900,
      max: 2100,
      description: 'First year a deal may have closed in',
    },
    years_ahead: {
      type: 'number',
      unit: 'years',
      default: 10,
      min: 1,
      max: 100,
      description: 'Years ahead a deal may close',
    },
  },
  applies: `r.close_on is not null`,
  violated: `extract(year from r.close_on) < :first_year or extract(year from r.close_on) > extract(year from :today) + :years_ahead`,
  advice: 'Set a close date that the buyer has agreed to.',
  examples: {
    violated: [{ close_on: '1900-01-01' }, { close_on: '2099-12-31' }],
    kept: [{ close_on: '2026-08-01' }, { close_on: '2030-01-01' }, { close_on: null }],
  },
});
