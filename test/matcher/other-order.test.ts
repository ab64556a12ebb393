import { describe, expect, test } from 'vitest';
import { crossedNames, initialled } from '../../src/matcher/compare/names.ts';
import { personName } from '../../src/matcher/values/name.ts';
import { columnsOf } from './columns-of.ts';

const crossing = (one: string, other: string) => {
  const rows = [one, other].map((name) => {
    const { given, family } = personName(null, null, name);
    return { first: given ?? undefined, last: family ?? undefined };
  });
  return crossedNames(columnsOf(rows))(0, 1);
};

describe('the words of a name in another order', () => {
  test.each([
    ['Arvid Otto Lindqvist', 'Lindqvist Arvid Otto'],
    ['Hakimi Rashid Daud Nazari', 'Rashid Daud Nazari Hakimi'],
    ['Hakimi Rashid Daud Nazari', 'Rasjid Daud Nazari Hakimi'],
  ])('%s and %s are one name', (one, other) => expect(crossing(one, other)).toBe('same'));

  test.each([
    // Husband and wife, brother and sister: the family name stands where it stood.
    ['José María Otero', 'María José Otero'],
    ['Arvid von Lindqvist', 'Arvid Lindqvist'],
    ['Arvid Otto Lindqvist', 'Lindqvist Berta Otto'],
    ['Rashid Daud Basim Hakimi', 'Rashid Daud Basim Bassem'],
    ['Arvid Lindqvist', 'Otto Arvid Berg'],
  ])('%s and %s are not', (one, other) => expect(crossing(one, other)).toBe('none'));
});

test('initials written together stand for so many given names', () => {
  const isShort = (one: string, other: string) => initialled(columnsOf([{ first: one }, { first: other }]))(0, 1);
  expect(isShort('jc', 'jean claude')).toBe(true);
  expect(isShort('jean claude', 'jc')).toBe(true);
  expect(isShort('jc', 'jean paul')).toBe(false);
  expect(isShort('jo', 'john')).toBe(false);
});
