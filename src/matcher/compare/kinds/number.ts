/** Two numbers: the same, one character apart, within a tenth of each other. */
import { comparison, type Comparison, believe } from '../comparison.ts';
import { all, always, edits, either, longer, same, texts } from '../condition.ts';

const isWithinTenth = (l: string, r: string): boolean => {
  const [a, b] = [Number(l), Number(r)];
  return Math.abs(a - b) <= 0.1 * Math.max(Math.abs(a), Math.abs(b));
};

export const compareNumbers = (name: string, column: string): Comparison =>
  comparison({
    name,
    columns: [column],
    rare: column,
    blank: either(column),
    levels: {
      same: believe('same', 0.75, 0.01, { when: same(column), rarity: 'full' }),
      oneCharacterApart: believe('one character apart', 0.07, 0.03, { when: all(longer(column, 2), edits(column, 1)) }),
      withinTenth: believe('within a tenth', 0.05, 0.1, { when: texts(column, isWithinTenth) }),
      differs: believe('differs', 0.13, 0.86, { when: always }),
    },
    bounds: [-4, 9],
  });
