import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterPairs, Sets } from '../../../src/matcher/cluster/components.ts';
import { obey, type Constraints } from '../../../src/matcher/cluster/constrain.ts';

type Pair = [number, number, number];
const scored = (list: Pair[]) => ({
  left: Int32Array.from(list, (pair) => pair[0]),
  right: Int32Array.from(list, (pair) => pair[1]),
  score: Float64Array.from(list, (pair) => pair[2]),
});
const none: Constraints = { same: [], apart: [], unique: [], certain: [] };
const cluster = (count: number, list: Pair[], constraints: Partial<Constraints>) => [
  ...obey(clusterPairs(count, scored(list)), scored(list), { ...none, ...constraints }),
];
const triangle: Pair[] = [
  [0, 1, 9],
  [1, 2, 9],
  [0, 2, 9],
];

test('a reviewer’s "not the same" parts two records, and the third stays with the nearer', () => {
  const list: Pair[] = [
    [0, 1, 9],
    [1, 2, 5],
    [0, 2, 9],
  ];
  expect(cluster(3, list, { apart: [[0, 2]] })).toEqual([0, 0, 2]);
  expect(cluster(3, list, { apart: [[0, 1]] })).toEqual([0, 1, 0]);
});

test('a reviewer’s "same" joins whole clusters; a conflict between them parts only what it must', () => {
  const list: Pair[] = [
    [0, 1, 9],
    [2, 3, 9],
    [0, 2, -9],
  ];
  expect(cluster(4, list, { same: [[1, 2]] })).toEqual([0, 0, 0, 0]);
  expect(cluster(4, list, { same: [[1, 2]], apart: [[0, 3]] })).toEqual([0, 1, 1, 1]);
});

test('a certain link takes the record along, and the rest of its cluster only when its evidence agrees', () => {
  const strangers: Pair[] = [
    [0, 1, 9],
    [2, 3, 12],
    [1, 3, -30],
    [0, 2, -30],
  ];
  expect(cluster(4, strangers, { certain: [[0, 2]] })).toEqual([0, 1, 0, 0]);
  const alike: Pair[] = [
    [0, 1, 9],
    [1, 2, -1],
  ];
  expect(cluster(3, alike, { certain: [[0, 2]] })).toEqual([0, 0, 0]);
});

test('different values of a unique field part a cluster; blank ones go with the nearer', () => {
  const unique = [
    new Map([
      [0, 'x'],
      [2, 'y'],
    ]),
  ];
  expect(cluster(3, triangle, { unique })).toEqual([0, 0, 2]);
  expect(cluster(3, triangle, { unique, same: [[0, 2]] })).toEqual([0, 0, 0]);
});

const size = 9;
const ends = fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([a, b]) => a < b);
const world = fc.record({
  pairs: fc.uniqueArray(fc.tuple(ends, fc.integer({ min: -8, max: 12 })), { selector: ([[a, b]]) => a * size + b }),
  same: fc.array(ends, { maxLength: 3 }),
  apart: fc.array(ends, { maxLength: 4 }),
  certain: fc.array(ends, { maxLength: 4 }),
  unique: fc.array(fc.option(fc.constantFrom('x', 'y')), { minLength: size, maxLength: size }),
});

function solve({ pairs, same, apart, certain, unique }: typeof world extends fc.Arbitrary<infer T> ? T : never) {
  const list = pairs.map(([[a, b], score]): Pair => [a, b, score]);
  const values = new Map(unique.flatMap((value, at) => (value === null ? [] : [[at, value] as const])));
  return cluster(size, list, { same, apart, certain, unique: [values] });
}

test('"same" always holds, and no cluster holds a conflict that no reviewer overruled', () => {
  fc.assert(
    fc.property(world, (given) => {
      const found = solve(given);
      const said = new Sets(size);
      for (const [a, b] of given.same) {
        expect(found[a]).toBe(found[b]);
        said.join(a, b);
      }
      // A certain link ties to what reviewers said; what they joined through it is theirs too.
      for (const [a, b] of given.certain) if (found[a] === found[b]) said.join(a, b);
      for (const [a, b] of given.apart) if (said.find(a) !== said.find(b)) expect(found[a]).not.toBe(found[b]);
      if (given.same.length > 0) return;
      for (let a = 0; a < size; a += 1) {
        for (let b = a + 1; b < size; b += 1) {
          if (found[a] !== found[b]) continue;
          expect(given.unique[a] === null || given.unique[b] === null || given.unique[a] === given.unique[b]).toBe(
            true,
          );
          for (const [x, y] of given.apart) expect(x === a && y === b).toBe(false);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('the order of pairs and links does not show', () => {
  fc.assert(
    fc.property(world, (given) => {
      const found = solve(given);
      const turned = {
        ...given,
        pairs: given.pairs.toReversed(),
        same: given.same.toReversed(),
        apart: given.apart.toReversed(),
        certain: given.certain.toReversed(),
      };
      expect(solve(turned)).toEqual(found);
    }),
    { numRuns: 1000 },
  );
});
