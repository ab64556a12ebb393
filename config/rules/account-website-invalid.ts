import { defineRule } from '../../src/model/rule.ts';
import { isNoWebsite } from '../address.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Account',
  version: 3,
  field: 'website',
  dimension: 'validity',
  severity: 'warn',
  title: 'Account with an invalid website',
  parameters: missingParameters,
  // What says that there is none is missing, and not wrong as well.
  applies: `not ${isMissing('r.website')}`,
  violated: isNoWebsite('r.website'),
  advice: 'Correct the website, or leave the field empty.',
  examples: {
    violated: [{ website: 'see card' }, { website: 'www' }, { website: 'info@example.com' }],
    kept: [
      { website: 'https://www.example.co.jp/en?x=1' },
      { website: 'example.com' },
      { website: 'www.müller.de' },
      { website: 'http://пример.рф/' },
      { website: 'not known' },
      { website: null },
    ],
  },
});
