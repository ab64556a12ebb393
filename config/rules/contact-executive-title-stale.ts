import { dayBefore } from '../days.ts';
import { defineRule } from '../../src/model/rule.ts';

export default defineRule({
  object: 'Contact',
  version: 2,
  field: 'title',
  dimension: 'timeliness',
  severity: 'critical',
  stale: true,
  title: 'Executive contact whose job title nobody confirmed for {days} days',
  parameters: {
    days: {
      type: 'number',
      unit: 'days',
      default: 189,
      min: 1,
      max: 3650,
      description: 'Days after which a title that nobody confirmed is stale',
    },
    words: {
      type: 'words',
      description: 'Words of a title that make an executive',
      default: [
        'ceo',
        'cfo',
        'cto',
        'coo',
        'cmo',
        'cio',
        'cro',
        'ciso',
        'chief',
        'president',
        'founder',
        'owner',
        'geschäftsführer',
        'vorstand',
      ],
    },
  },
  applies: `string_to_array(regexp_replace(lower(r.title), '[^[:alpha:]]+', ' ', 'g'), ' ') && :words`,
  violated: `r.confirmed_at < ${dayBefore(':days')}`,
  advice: 'Confirm the person and the title: executives change their company soonest.',
  examples: {
    violated: [
      { title: 'CEO', confirmed_at: '2025-11-23T00:00:00.000Z' },
      { title: 'Chief Revenue Officer', confirmed_at: '2025-01-01T00:00:00.000Z' },
    ],
    kept: [
      { title: 'CEO', confirmed_at: '2025-11-25T00:00:00.000Z' },
      { title: 'Buyer', confirmed_at: '2025-01-01T00:00:00.000Z' },
      { title: 'Ceocraft Lead', confirmed_at: '2025-01-01T00:00:00.000Z' },
    ],
  },
});
