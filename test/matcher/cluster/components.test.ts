import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterPairs } from '../../../src/matcher/cluster/components.ts';

const pairs = (list: [number, number, number][]) => ({
  left: Int32Array.from(list, (pair) => pair[0]),
  right: Int32Array.from(list, (pair) => pair[1]),
  score: Float64Array.from(list, (pair) => pair[2]),
});

test('a weak bridge between two groups is cut', () => {
  const found = clusterPairs(
    4,
    pairs([
      [0, 1, 9],
      [2, 3, 9],
      [1, 2, 1],
      [0, 3, -9],
    ]),
  );
  expect([...found]).toEqual([0, 0, 2, 2]);
});

test('the order of the pairs does not show', () => {
  const pair = fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: -8, max: 8 })).filter(([a, b]) => a < b);
  const list = fc.uniqueArray(pair, { selector: ([a, b]) => a * 10 + b, maxLength: 30 });
  fc.assert(
    fc.property(list, (all) => {
      expect([...clusterPairs(10, pairs(all.toReversed()))]).toEqual([...clusterPairs(10, pairs(all))]);
    }),
  );
});
