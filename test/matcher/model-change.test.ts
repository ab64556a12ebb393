import { expect, it } from 'vitest';
import { changeBetween, heldWarning, isTooMuch, noChange } from '../../src/matcher/weigh/model-change.ts';

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
    // 2 and 3, 4 to 6, 7 to 9, 10 and 11.
    changedRecordCount: 10,
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
    changedRecordCount: 0,
  });
});

it('takes few changes, or a small share, for harmless', () => {
  const change = { ...noChange, unchangedCount: 1000 };
  const limits = { trainAfterDecisions: 20, trainAfterMovedShare: 0.2, holdAboveClusters: 20, holdAboveShare: 0.05 };
  expect(isTooMuch({ ...change, unchangedCount: 10, splitCount: 20 }, limits)).toBe(false);
  expect(isTooMuch({ ...change, splitCount: 40 }, limits)).toBe(false);
  expect(isTooMuch({ ...change, splitCount: 30, addedCount: 30 }, limits)).toBe(true);
  expect(isTooMuch({ ...change, splitCount: 30, addedCount: 30 }, { ...limits, holdAboveClusters: 60 })).toBe(false);
  expect(isTooMuch({ ...change, splitCount: 30, addedCount: 30 }, { ...limits, holdAboveShare: 1 })).toBe(false);
  expect(isTooMuch({ ...change, splitCount: 1 }, { ...limits, holdAboveClusters: 0, holdAboveShare: 0 })).toBe(true);
});

it('tells of a model put aside how much it would have changed and what to do', () => {
  const told = heldWarning('person', 'mdl_1', {
    ...noChange,
    unchangedCount: 70,
    splitCount: 20,
    mergedCount: 10,
    changedRecordCount: 95,
  });
  expect(told).toMatch(
    /30 groups \(30 %\) with 95 records that have not changed: 0 added, 0 removed, 20 split, 10 merged/,
  );
  expect(told).toMatch(/POST \/v1\/model-changes\/mdl_1\/accept, or start a sync with mode "full"\. Otherwise undo/);
});
