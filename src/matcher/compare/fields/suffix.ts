/** Father and son: nothing else that agrees can outweigh a suffix that differs. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import { always, either, same } from '../condition.ts';

const suffix = comparison({
  name: 'suffix',
  columns: ['suffix'],
  blank: either('suffix'),
  levels: {
    same: believe('same', 0.99, 0.5, { when: same('suffix') }),
    differs: believe('differs', 5e-19, 0.5, { when: always }),
  },
  bounds: [-60, 1],
});

export default { person: { order: 30, comparison: suffix } } satisfies FieldComparison;
