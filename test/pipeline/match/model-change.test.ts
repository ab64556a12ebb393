import { expect, it } from 'vitest';
import { changeBetween, isTooMuch } from '../../../src/pipeline/match/model-change.ts';

const nobody = new Uint8Array(12);

it('tells clusters that stay, come, go, split and merge', () => {
  // Before: {0,1} {2,3} {4,5,6} {7,8}; now: {0,1}, 2 and 3 alone, {4,5} without 6, {7,8,9} with 9, {10,11}.
  const links = [
    [0, 1],
    [2, 3],
    [4, 5],
    [5, 6],
    [7, 8],
  ] as [number, number][];
  const now = Int32Array.from([0, 0, 2, 3, 4, 4, 6, 7, 7, 7, 10, 10]);
  expect(changeBetween(now, links, nobody)).toEqual({
    unchangedCount: 1,
    removedCount: 1,
    splitCount: 1,
    mergedCount: 1,
    addedCount: 1,
  });
});

it('leaves clusters out that hold a record that moved', () => {
  const isTouched = Uint8Array.from({ length: 4 }, (_, place) => (place === 3 ? 1 : 0));
  expect(
    changeBetween(
      Int32Array.from([0, 0, 2, 3]),
      [
        [0, 1],
        [2, 3],
      ],
      isTouched,
    ),
  ).toMatchObject({
    unchangedCount: 1,
    removedCount: 0,
  });
});

it('takes few changes, or a small share, for harmless', () => {
  const change = { unchangedCount: 1000, addedCount: 0, removedCount: 0, splitCount: 0, mergedCount: 0 };
  expect(isTooMuch({ ...change, unchangedCount: 10, splitCount: 20 })).toBe(false);
  expect(isTooMuch({ ...change, splitCount: 40 })).toBe(false);
  expect(isTooMuch({ ...change, splitCount: 30, addedCount: 30 })).toBe(true);
});
