/** The states of two records; where city or postal code are known the state repeats them. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import { always, any, either, not, same } from '../condition.ts';

const state = comparison({
  name: 'state',
  columns: ['state'],
  blank: any(either('state'), not(either('city')), not(either('postal_code'))),
  levels: {
    same: believe('same', 0.9, 0.1, { when: same('state') }),
    differs: believe('differs', 0.1, 0.9, { when: always }),
  },
  bounds: [-3, 4],
});

export default {
  person: { order: 70, comparison: { ...state, isOfHouse: true } },
  company: { order: 70, comparison: state },
} satisfies FieldComparison;
