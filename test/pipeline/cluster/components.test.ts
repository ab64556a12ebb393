import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterPairs } from '../../../src/pipeline/cluster/components.ts';
import { assignIds } from '../../../src/pipeline/cluster/identity.ts';

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

test('an id stays with most of its members; the rest gets a new one and says from where', () => {
  const member = (id: string, golden_id: string | null) => ({
    connection_id: 'default',
    object: 'Contact',
    id,
    golden_id,
  });
  const members = [member('1', 'per_a'), member('2', 'per_a'), member('3', 'per_a'), member('4', 'per_b')];
  const change = assignIds(members, Int32Array.from([0, 0, 2, 0]), ['per_a', 'per_b'], 'per');
  expect(change.retired).toEqual([{ gone: 'per_b', golden_id: 'per_a' }]);
  expect(change.events.map(({ kind }) => kind).sort()).toEqual(['merged', 'moved', 'moved', 'split']);
  expect(change.moved.map(({ id }) => id)).toEqual(['3', '4']);
});
