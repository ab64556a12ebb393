import { defineRule } from '../../src/model/rule.ts';
import { isNoWebsite } from '../address.ts';

export default defineRule({
  object: 'Account',
  version: 2,
  field: 'website',
  dimension: 'validity',
  severity: 'warn',
  title: 'Account with an invalid website',
  applies: `r.website is not null`,
  violated: isNoWebsite('r.website'),
  advice: 'Correct the website, or leave the field empty.',
  examples: {
    violated: [{ website: 'not known' }, { website: 'www' }, { website: 'info@example.com' }],
    kept: [
      { website: 'https://www.example.co.jp/en?x=1' },
      { website: 'example.com' },
      { website: 'www.müller.de' },
      { website: 'http://пример.рф/' },
      { website: null },
    ],
  },
});
