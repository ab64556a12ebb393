import { describe, expect, it } from 'vitest';
import { WordGrades } from '../../src/matcher/compare/words.ts';
import { columnsOf } from './columns-of.ts';

/** @param known words that many names have */
function graded(left: string, right: string, known: string[]): { grade: number; isOther: boolean } {
  const columns = columnsOf([{ company: left }, { company: right }]);
  const grades = new WordGrades(columns.of('company'), { bits: new Map(known.map((word) => [word, 4])), most: 12 });
  return { grade: grades.grade(0, 1), isOther: grades.isOther(0, 1) };
}

describe('names by their words', () => {
  it('one letter more or less is a slip, unless many names have each word', () => {
    expect(graded('yarrow meeia group', 'yarrow media group', ['media', 'group']).grade).toBe(5);
    expect(graded('yarrow motel group', 'yarrow hotel group', ['motel', 'hotel', 'group']).grade).toBeLessThan(5);
  });

  it('names that differ in words of which many names have each are two', () => {
    const known = ['university', 'of', 'halle', 'amiens', 'technical'];
    expect(graded('technical university of halle', 'technical university of amiens', known).isOther).toBe(true);
    expect(graded('technical university of halle', 'technical university of xalke', known).isOther).toBe(false);
    expect(graded('technical university of halle', 'university of halle', known).isOther).toBe(false);
  });

  it('initials stand for the words they begin', () => {
    const known = ['technical', 'university', 'of'];
    expect(graded('tu halle', 'technical university of halle', known).grade).toBeGreaterThanOrEqual(4);
    expect(graded('uc berkeley', 'university of california berkeley', known).grade).toBeGreaterThanOrEqual(3);
  });
});
