/** The legal forms of two companies: often left out, so that they say little. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import { always, either, same } from '../condition.ts';

const form = comparison({
  name: 'form',
  isName: true,
  columns: ['form'],
  isOfHouse: true,
  blank: either('form'),
  levels: {
    same: believe('same', 0.7, 0.3, { when: same('form') }),
    differs: believe('differs', 0.3, 0.7, { when: always }),
  },
  gates: [
    {
      from: 'differs',
      through: 'differs',
      bits: -8,
      only: ({ coincidence }) => coincidence !== undefined,
      shut: always,
      because: 'legal forms tell companies of one name apart',
      reads: 'company',
    },
  ],
  bounds: [-1.5, 2],
});

export default { company: { order: 20, comparison: form } } satisfies FieldComparison;
