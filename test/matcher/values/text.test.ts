/** Plain Latin text goes a faster way than text with a letter of another script, which must not show. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, skeleton } from '../../../src/matcher/values/text.ts';

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
