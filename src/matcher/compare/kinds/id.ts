/** Two numbers that are there to tell one from another: the same, or one character apart. */
import { comparison, type Comparison, believe } from '../comparison.ts';
import { all, always, either, longer, same, slip } from '../condition.ts';

export const compareIds = (name: string, column: string): Comparison =>
  comparison({
    name,
    columns: [column],
    rare: column,
    identifying: true,
    isWitness: true,
    blank: either(column),
    levels: {
      same: believe('same', 0.9, 0.00001, { when: same(column), rarity: 'full' }),
      oneCharacterApart: believe('one character apart', 0.05, 0.0001, { when: all(longer(column, 4), slip(column)) }),
      differs: believe('differs', 0.05, 0.999, { when: always }),
    },
    bounds: [-5, 15],
  });
