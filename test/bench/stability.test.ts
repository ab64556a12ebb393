import { expect, test } from 'vitest';
import { goldenIds, stabilityOf } from '../../bench/match/stability.ts';

test('a cluster keeps its id when records join it, and a split leaves the id with the larger part', () => {
  const before = goldenIds(Int32Array.of(0, 0, 0, 3), null);
  expect(before[0]).toBe(before[2]);
  expect(before[3]).not.toBe(before[0]);
  // Record 4 joins {3}; record 2 leaves {0 1}.
  const after = goldenIds(Int32Array.of(0, 0, 2, 4, 4), [...before, null]);
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after[2]).not.toBe(before[2]);
  expect(after[4]).toBe(before[3]);
});

test('only people whose truth did not change count', () => {
  // People: A = rows 0 1, B = row 2, C = row 3 and the new row 5, D = row 4 (edited).
  const truth = Int32Array.of(0, 0, 1, 2, 3, 2);
  const before = ['a', 'a', 'b', 'c', 'd'];
  // A changes one of its ids, B keeps its own; C and D do not count whatever happens to them.
  const after = ['a', 'x', 'b', 'y', 'z', 'y'];
  expect(stabilityOf(before, after, truth, new Set([4]))).toEqual({
    entities: 2,
    unchanged: 1,
    share: 0.5,
    shareOfDuplicated: 0,
  });
});
