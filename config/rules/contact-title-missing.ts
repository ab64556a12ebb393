import { defineRule } from '../../src/model/rule.ts';
import { isMissing, missingParameters } from '../placeholders.ts';

export default defineRule({
  object: 'Contact',
  version: 2,
  field: 'title',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Contact without a job title',
  parameters: missingParameters,
  violated: isMissing('r.title'),
  advice: 'Add the job title; routing depends on it.',
  examples: {
    violated: [
      { title: null },
      { title: 'keine Angabe' },
      { title: 'N/A' },
      { title: '-' },
      { title: '–' },
      { title: '(unbekannt)' },
      { title: 'なし' },
    ],
    kept: [
      { title: 'Buyer' },
      { title: 'TA' },
      { title: '部長' },
      { title: 'Директор' },
      { title: 'Head of Unknown Risks' },
    ],
  },
});
