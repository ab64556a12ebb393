import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'website',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Account without a website',
  violated: `r.website is null`,
  advice: 'Add the website; it is the best evidence to tell companies apart.',
  examples: {
    violated: [{ website: null }],
    kept: [{ website: 'example.com' }],
  },
});
