import { expect, test } from 'vitest';
import { city, street } from '../../../src/matcher/values/address.ts';
import { personName } from '../../../src/matcher/values/name.ts';
import { areOtherParts, partsOf } from '../../../src/matcher/values/parted-name.ts';

test('what tells people of one name apart is a suffix, wherever it stands', () => {
  const suffix = (first: string | null, last: string | null, full: string | null = null) =>
    personName(first, last, full).suffix;
  expect(suffix('Otis', 'Larkin 2nd')).toBe('ii');
  expect(suffix('Otis', 'Larkin III')).toBe('iii');
  expect(suffix('Otis', 'Larkin the 3rd')).toBe('iii');
  expect(suffix('Otis II', 'Larkin')).toBe('ii');
  expect(suffix('Otis I', 'Larkin')).toBe('i');
  expect(suffix(null, null, 'Otis II Larkin')).toBe('ii');
  expect(suffix('Caio', 'Prado Filho')).toBe('filho');
  expect(suffix(null, null, 'Caio Prado Neto')).toBe('neto');
  // An initial, a family name.
  expect(personName('Otis I.', 'Larkin')).toEqual({ given: 'otis i', family: 'larkin', suffix: null });
  expect(personName('Caio', 'Neto')).toEqual({ given: 'caio', family: 'neto', suffix: null });
  expect(personName(null, null, 'Caio Neto')).toEqual({ given: 'caio', family: 'neto', suffix: null });
});

test('a marker at a name is no part of it', () => {
  expect(personName('Otis', 'Larkin (OLD)')).toEqual(personName('Otis', 'Larkin'));
  expect(personName(null, null, 'DO NOT USE - Otis Larkin')).toEqual(personName('Otis', 'Larkin'));
});

test('of a Korean name written family first, both syllables are the given name', () => {
  expect(personName(null, null, 'Yoon Seo-yeon').family).toBe('yoon');
  expect(personName(null, null, 'Anna Smith-Jones').given).not.toBe('smith-jones');
  const [one, other, same] = ['Yoon Seo-yeon', 'Yoon Ji-yeon', 'Yoon Seo-yeon'].map((name) =>
    partsOf(personName(null, null, name).given ?? ''),
  ) as [string[], string[], string[]];
  expect(areOtherParts(one, other)).toBe(true);
  expect(areOtherParts(one, same)).toBe(false);
});

test("another father's name is another person, another spelling of it is not", () => {
  const areOther = (one: string, other: string) =>
    areOtherParts(partsOf(personName(null, null, one).given ?? ''), partsOf(personName(null, null, other).given ?? ''));
  expect(areOther('Timur Olegovich Sadykov', 'Timur Borisovich Sadykov')).toBe(true);
  expect(areOther('Timur Sergeevich Sadykov', 'Timur Sergeyevich Sadykov')).toBe(false);
  expect(areOther('Тимур Олегович Садыков', 'Timur Olegovich Sadykov')).toBe(false);
  expect(areOther('Omar bin Khalid Al-Amri', 'Omar bin Yusuf Al-Amri')).toBe(true);
  expect(areOther('Omar bin Khalid Al-Amri', 'Omar Khalid Al-Amri')).toBe(false);
  expect(areOther('Timur Sadykov', 'Timur Olegovich Sadykov')).toBe(false);
});

test.each([
  ['Larch Lane 41', '41 larch ln'],
  ['Larch Lane, 41', '41 larch ln'],
  ['No. 41 Larch Lane', '41 larch ln'],
  ['Flat 7, 41 Larch Lane', '41 larch ln'],
  ['41 Larch Lane, Unit 7', '41 larch ln'],
  ['Lärchenweg 41 b', '41b larchenweg'],
  ['Via dei Larici, 41', '41 via dei larici'],
  ['Jl. Cemara No. 41', '41 jl cemara'],
  ['Cedar House, 41 Larch Lane', '41 larch ln cedar house'],
  // The number is the road's.
  ['US Highway 61', 'us hwy 61'],
  ['County Road 12', 'county rd 12'],
  ['Calle 45', 'calle 45'],
  ['PO Box 55', 'po box 55'],
])('street: %s', (typed, one) => expect(street(typed)).toBe(one));

test('a number at the end of a town is no house', () => expect(city('Paris 15')).toBe('paris 15'));
