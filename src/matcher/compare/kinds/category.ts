/** Two values of a short list: the same or not. */
import { comparison, type Comparison, believe } from '../comparison.ts';
import { always, either, same } from '../condition.ts';

export const compareCategories = (name: string, column: string): Comparison =>
  comparison({
    name,
    columns: [column],
    rare: column,
    blank: either(column),
    levels: {
      same: believe('same', 0.8, 0.15, { when: same(column), rarity: 'full' }),
      differs: believe('differs', 0.2, 0.85, { when: always }),
    },
    bounds: [-3, 6],
  });
