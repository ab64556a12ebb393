import { describe, expect, test } from 'vitest';
import { otherMiddle } from '../../src/matcher/compare/names.ts';
import { personName } from '../../src/matcher/values/name.ts';
import { columnsOf } from './columns-of.ts';

const isOther = (one: string, other: string) => otherMiddle(columnsOf([{ first: one }, { first: other }]))(0, 1);

describe('another middle name', () => {
  test.each([
    ['ruth amalia', 'ruth johanna'],
    ['oscar g', 'oscar w'],
    ['karim ben tahar', 'karim ben nasser'],
  ])('%s and %s', (one, other) => expect(isOther(one, other)).toBe(true));

  test.each([
    ['ruth amalia', 'ruth'],
    ['ruth amalia', 'ruth a'],
    ['ruth amalia', 'ruth amelia'],
    ['ruth amalia', 'ruth johanna amalia'],
    ['ruth amalia', 'oscar amalia'],
    ['karim ben tahar', 'karim tahar'],
    ['r amalia', 'ruth johanna'],
  ])('is none of %s and %s', (one, other) => expect(isOther(one, other)).toBe(false));
});

test('a whole name run together is two words, a family name with a prefix is one', () => {
  expect(personName(null, null, 'OlgaTremaine')).toEqual(personName(null, null, 'Olga Tremaine'));
  expect(personName(null, null, 'MacAllister').given).toBe('macallister');
  expect(personName('MaryAnn', 'Tremaine').given).toBe('maryann');
});
