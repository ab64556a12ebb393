/** Plain Latin text goes a faster way than text with a letter of another script, which must not show. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { personName } from '../../../src/matcher/values/name.ts';
import { clean, fold, skeleton } from '../../../src/matcher/values/text.ts';

const plain = fc.string({
  unit: fc.constantFrom('a', 'e', 'h', 'y', 'b', 'c', 'k', 'p', 'p', 'n', 's', '1', 'A', 'Q', ' ', ' ', "'", '-', '.'),
  maxLength: 12,
});

test('skeletons', () => {
  fc.assert(
    fc.property(plain, (text) => {
      expect(skeleton(`${text}株`)).toBe(`${skeleton(text)}株`);
    }),
    { numRuns: 5000 },
  );
});

test('folded text', () => {
  fc.assert(
    fc.property(plain, (text) => {
      const other = fold(`x1 ${text} 株`);
      expect(`${fold(`x1 ${text}`)} 株`).toBe(other);
    }),
    { numRuns: 5000 },
  );
  expect([fold('Test'), fold('No name'), fold('Na')]).toEqual([null, null, null]);
});

test.each([
  'Unbekannt',
  'keine Angabe',
  'NON RENSEIGNÉ',
  'okänd',
  'неизвестно',
  '不明',
  'N/A',
  'null',
  'NaN',
  'qwerty',
])('%s is blank', (text) => {
  expect([clean(text), fold(text)]).toEqual([null, null]);
  expect(personName('Ann', text).family).toBeNull();
});

test('names that look like it stay where they are written as names', () => {
  expect(personName('Jennifer', 'Null')).toEqual({ given: 'jennifer', family: 'null', suffix: null });
  expect(personName(' Na ', 'Kim')).toEqual({ given: 'na', family: 'kim', suffix: null });
  expect(personName('Nil', 'Soler').given).toBe('nil');
  // Who has written nothing, and the program that said so.
  expect(['NULL', 'null', 'na', 'nan', 'None', 'NaN'].map((text) => personName('Ann', text).family)).toEqual(
    Array(6).fill(null),
  );
  expect(fold('Null')).toBeNull();
});
