/** Two names of anything: the same, misspelt, the beginning of the other. */
import { comparison, type Comparison, believe } from '../comparison.ts';
import { all, always, any, begins, either, jaro, longer, same, slip } from '../condition.ts';

export const compareNames = (name: string, column: string): Comparison =>
  comparison({
    name,
    columns: [column],
    rare: column,
    blank: either(column),
    levels: {
      same: believe('same', 0.75, 0.004, { when: same(column), rarity: 'full' }),
      near: believe('near', 0.1, 0.004, {
        when: any(jaro(column, 0.92), all(longer(column, 3), slip(column))),
        rarity: 'half',
      }),
      part: believe('part or initial of the other', 0.08, 0.01, { when: begins(column) }),
      similar: believe('similar', 0.02, 0.02, { when: jaro(column, 0.8) }),
      differs: believe('differs', 0.05, 0.96, { when: always }),
    },
    bounds: [-5, 11],
  });
