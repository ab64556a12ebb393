import { expect, test } from 'vitest';
import { companyName } from '../../../src/matcher/values/company-name.ts';
import { personName } from '../../../src/matcher/values/name.ts';

const coreOf = (name: string) => companyName(name).core;
const full = (name: string) => personName(null, null, name);

test('a letter alone at the end is a numeral behind what is counted, and a letter elsewhere', () => {
  expect(coreOf('Lindqvist Fund V')).toBe(coreOf('Lindqvist Fund 5'));
  expect(coreOf('Lindqvist Terminal X')).toBe(coreOf('Lindqvist Terminal 10'));
  expect(coreOf('Vandermolen V')).toBe('vandermolen v');
  expect(coreOf('Vandermolen VII')).toBe('vandermolen 7');
});

test('a title that a house was given may go unsaid; royal may not', () => {
  expect(coreOf('Koninklijke Vandermolen N.V.')).toBe('vandermolen');
  expect(coreOf('Koniklijke Vandermolen')).toBe('vandermolen');
  expect(coreOf('Kungl. Lindqvist')).toBe('lindqvist');
  expect(coreOf('Royal Vandermolen')).toBe('royal vandermolen');
  expect(coreOf('Koninklijke')).toBe('koninklijke');
});

test('a long word that means the same in other languages is told by all but a letter, a short one is not', () => {
  expect(coreOf('Lindqvist Internatonal')).toBe(coreOf('Lindqvist International'));
  expect(coreOf('Vandermolen Maatschapij')).toBe(coreOf('Vandermolen Mij'));
  expect(coreOf('Lindqvist Banka')).not.toBe(coreOf('Lindqvist Bank'));
});

test('digits that were read for letters are letters, within a word only', () => {
  expect(full('Arv1d L1ndqvist')).toEqual(full('Arvid Lindqvist'));
  expect(full('Wal7er 0lsen').given).toBe('walter');
  expect(full('user1 demo').given).toBe('user1');
});

test('a family name in capitals in front is the family name; initials and a name all in capitals are as written', () => {
  expect(full('LEBRUN Odile')).toEqual(full('Odile Lebrun'));
  expect(full('Mme. LEBRUN Odile')).toEqual(full('Odile Lebrun'));
  expect(full('VAN DEN BERG Jan Willem')).toEqual(full('Jan Willem van den Berg'));
  expect(full('LEBRUN ODILE').family).toBe('odile');
  expect(full('JP Lebrun').family).toBe('lebrun');
  expect(full('Odile LEBRUN').family).toBe('lebrun');
});

test('the title of an office is no part of a name', () => {
  expect(full('President Arvid Lindqvist')).toEqual(full('Arvid Lindqvist'));
  expect(full('Prime Minister Arvid Lindqvist')).toEqual(full('Arvid Lindqvist'));
  expect(full('President').given).toBe('president');
});

test('a Korean name is one with a hyphen and without, in either order; others of three words are cut at the last', () => {
  expect(full('Yoon Seo Yeon')).toEqual(full('Yoon Seo-yeon'));
  expect(full('Seo-yeon Yoon')).toEqual(full('Yoon Seo-yeon'));
  expect(full('Yoon Ji Yeon')).not.toEqual(full('Yoon Seo-yeon'));
  expect(full('Kim Ann Larkin')).toEqual({ given: 'kim ann', family: 'larkin', suffix: null });
  expect(full('Ha Long Nguyen').family).toBe('nguyen');
});
