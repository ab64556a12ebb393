import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Letters, withinEdits } from '../../src/matcher/compare/similarity.ts';

const unitsOf = (text: string) => Uint16Array.from(text, (_, at) => text.charCodeAt(at));
/** The same one throughout: what it knew of the text before must not show. */
const letters = new Letters();
function jaro(a: string, b: string, floor = 0.71): number {
  const [x, y] = [unitsOf(a), unitsOf(b)];
  letters.take(x, 0, x.length);
  return letters.jaroWinkler(y, 0, y.length, floor);
}

test.each([
  ['martha', 'marhta', 0.9611],
  ['dwayne', 'duane', 0.84],
  ['dixon', 'dicksonx', 0.8133],
  ['same', 'same', 1],
  ['smith', 'brown', 0],
])('Jaro-Winkler of %s and %s is %d', (a, b, expected) => {
  expect(jaro(a, b)).toBeCloseTo(expected, 4);
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', ' ', '1'), minLength: 1, maxLength: 12 });

test('a floor blanks what is below it and changes nothing above', () => {
  fc.assert(
    fc.property(word, word, fc.double({ min: 0.71, max: 0.99, noNaN: true }), (a, b, floor) => {
      const found = jaro(a, b);
      expect(jaro(a, b, floor)).toBe(found < floor ? 0 : found);
    }),
  );
});

test('texts of up to 32 letters, up to 64 and longer ones are as the definition says', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', ' '), minLength: 1, maxLength: 256, size: 'max' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(jaro(a, b, 0)).toBeCloseTo(plainJaroWinkler(a, b), 12);
    }),
    { numRuns: 500 },
  );
});

test('which of the two is held against the other makes no difference', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', ' '), minLength: 1, maxLength: 100, size: 'max' });
  fc.assert(
    fc.property(text, text, fc.constantFrom(0, 0.8, 0.9), (a, b, floor) => {
      expect(jaro(a, b, floor)).toBe(jaro(b, a, floor));
    }),
    { numRuns: 500 },
  );
});

test('of longer texts the first 256 letters are compared', () => {
  const start = 'abcdefgh'.repeat(32);
  expect(jaro(start + 'x'.repeat(50_000), start + 'y'.repeat(70_000))).toBe(1);
  expect(jaro('x'.repeat(50_000), 'y'.repeat(50_000))).toBe(0);
});

/** By the definition: the first free place within reach, and letters of which half as many as stand otherwise are turned. */
function plainJaroWinkler(a: string, b: string): number {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const free = b.split('').map(() => true);
  const inA = a.split('').filter((letter, i) => {
    const at = free.findIndex((is, j) => is && b[j] === letter && Math.abs(i - j) <= reach);
    if (at >= 0) free[at] = false;
    return at >= 0;
  });
  if (inA.length === 0) return 0;
  const inB = b.split('').filter((_, j) => !free[j]);
  const turned = Math.floor(inA.filter((letter, at) => letter !== inB[at]).length / 2);
  const jaro = (inA.length / a.length + inA.length / b.length + (inA.length - turned) / inA.length) / 3;
  let start = 0;
  while (start < 4 && start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  return jaro > 0.7 ? jaro + start * 0.1 * (1 - jaro) : jaro;
}

function levenshtein(a: string, b: string): number {
  if (a === '' || b === '') return Math.max(a.length, b.length);
  if (a[0] === b[0]) return levenshtein(a.slice(1), b.slice(1));
  return 1 + Math.min(levenshtein(a.slice(1), b), levenshtein(a, b.slice(1)), levenshtein(a.slice(1), b.slice(1)));
}
const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

test('within so many edits is what Levenshtein says', () => {
  fc.assert(
    fc.property(short, short, fc.integer({ min: 1, max: 3 }), (a, b, most) => {
      const [x, y] = [unitsOf(a), unitsOf(b)];
      expect(withinEdits(x, 0, x.length, y, 0, y.length, most)).toBe(levenshtein(a, b) <= most);
    }),
  );
});

test('the edits of two very long texts are told in time that grows with their length', () => {
  const text = 'abcdefgh'.repeat(40_000);
  const [x, y] = [unitsOf(`1${text}2`), unitsOf(`${text}3`)];
  expect(withinEdits(x, 0, x.length, y, 0, y.length, 2)).toBe(true);
  expect(withinEdits(x, 0, x.length - 1, y, 0, y.length - 1, 1)).toBe(true);
  const other = unitsOf(`${text.slice(4)}4567`);
  expect(withinEdits(x, 0, x.length, other, 0, other.length, 2)).toBe(false);
});
