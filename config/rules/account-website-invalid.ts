import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Account',
  field: 'website',
  dimension: 'validity',
  severity: 'warn',
  title: 'Account with an invalid website',
  applies: `r.website is not null`,
  violated: `r.website !~* '^(https?://)?([a-z0-9-]+[.])+[a-z]{2,}(:[0-9]+)?([/?#].*)?$'`,
  advice: 'Correct the website, or leave the field empty.',
  examples: {
    violated: [{ website: 'not known' }, { website: 'www' }],
    kept: [{ website: 'https://www.example.co.jp/en?x=1' }, { website: 'example.com' }, { website: null }],
  },
});
