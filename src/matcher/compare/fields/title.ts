/** The titles of two people: they change, and many have the same. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import { always, either, jaro, same } from '../condition.ts';

const title = comparison({
  name: 'title',
  columns: ['title'],
  rare: 'title',
  blank: either('title'),
  levels: {
    same: believe('same', 0.5, 0.03, { when: same('title'), rarity: 'full' }),
    near: believe('near', 0.1, 0.02, { when: jaro('title', 0.9) }),
    differs: believe('differs', 0.4, 0.95, { when: always }),
  },
  bounds: [-1.5, 5],
});

export default { person: { order: 90, comparison: title } } satisfies FieldComparison;
