import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  field: 'birthdate',
  dimension: 'validity',
  severity: 'warn',
  title: 'Contact with a date of birth that is a placeholder',
  applies: `r.birthdate is not null`,
  violated: `r.birthdate < date '1910-01-01' or r.birthdate > :today`,
  advice: 'Correct the date of birth, or leave the field empty.',
  examples: {
    violated: [{ birthdate: '1900-01-01' }, { birthdate: '2999-12-31' }],
    kept: [{ birthdate: '1970-01-01' }, { birthdate: '1931-05-04' }, { birthdate: null }],
  },
});
