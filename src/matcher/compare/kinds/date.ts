/** Two dates: the same, day and month exchanged, a digit or two apart, of one year. */
import { comparison, type Comparison, believe } from '../comparison.ts';
import { all, always, any, type Condition, edits, either, longer, not, same, texts } from '../condition.ts';

const isExchanged = (l: string, r: string): boolean =>
  l.slice(0, 4) === r.slice(0, 4) && l.slice(5, 7) === r.slice(8, 10) && l.slice(8, 10) === r.slice(5, 7);
/** 1996 and 1969: two neighbouring digits of the year, the month or the day are exchanged. */
function isTransposed(l: string, r: string): boolean {
  if (l.length !== r.length) return false;
  let at = 0;
  while (at < l.length && l[at] === r[at]) at += 1;
  return l[at] === r[at + 1] && l[at + 1] === r[at] && l.slice(at + 2) === r.slice(at + 2);
}
const isOfYear = (l: string, r: string): boolean => l.slice(0, 4) === r.slice(0, 4);

/** Neither a slip nor a year makes the one date of the other. */
export const isOtherDate = (column: string): Condition =>
  not(any(either(column), texts(column, isOfYear), edits(column, 2)));

export const compareDates = (name: string, column: string): Comparison =>
  comparison({
    name,
    columns: [column],
    rare: column,
    isWitness: true,
    isOwn: true,
    blank: either(column),
    levels: {
      same: believe('same', 0.82, 0.0001, { when: same(column), rarity: 'full' }),
      exchanged: believe('day and month exchanged', 0.02, 0.0001, { when: texts(column, isExchanged) }),
      oneDigitApart: believe('one digit apart', 0.09, 0.0015, {
        when: all(longer(column, 6), any(edits(column, 1), texts(column, isTransposed))),
      }),
      twoDigitsApart: believe('two digits apart', 0.03, 0.02, { when: all(longer(column, 6), edits(column, 2)) }),
      sameYear: believe('same year', 0.015, 0.012, { when: all(longer(column, 6), texts(column, isOfYear)) }),
      differs: believe('differs', 0.025, 0.966, { when: always }),
    },
    bounds: [-6, 13],
  });
