/** Two texts: the same, near, or so many of their words the same. */
import { comparison, type Comparison, believe } from '../comparison.ts';
import { all, either, jaro, not, otherWords, same } from '../condition.ts';
import { wordGrade } from '../words.ts';

export const compareTexts = (name: string, column: string): Comparison =>
  comparison({
    name,
    columns: [column],
    rare: column,
    blank: either(column),
    graded: column,
    levels: {
      same: believe('same', 0.6, 0.002, { when: same(column), rarity: 'full' }),
      near: believe('near', 0.1, 0.001, { when: all(jaro(column, 0.93), not(otherWords(column))) }),
      sameWords: believe('same words', 0.07, 0.0005, { grade: wordGrade.same }),
      mostWords: believe('most words', 0.06, 0.001, { grade: wordGrade.most }),
      wordsWithin: believe('words of one within the other', 0.05, 0.003, { grade: wordGrade.within }),
      halfOfWords: believe('half of the words', 0.04, 0.01, { grade: wordGrade.half }),
      fewWords: believe('few words', 0.03, 0.05, { grade: wordGrade.few }),
      differs: believe('differs', 0.05, 0.93, { grade: wordGrade.none }),
    },
    bounds: [-4, 10],
  });
