import { expect, test } from 'vitest';
import { otherGiven } from '../../src/matcher/compare/names.ts';
import { formalName } from '../../src/matcher/values/name.ts';
import { columnsOf } from './columns-of.ts';

const isOther = (one: [string, string], other: [string, string]) =>
  otherGiven(columnsOf([one, other].map(([first, last]) => ({ first, formal: formalName(first), last }))))(0, 1);

test('who is written in another order is nobody else of the house', () => {
  expect(isOther(['blanc jean', 'pierre'], ['jean pierre', 'blanc'])).toBe(false);
  expect(isOther(['luc jean', 'blanc'], ['jean pierre', 'blanc'])).toBe(true);
});
