import { expect, test } from 'vitest';
import { numbered, prfOf, scoreClusters } from '../../bench/accuracy/score.ts';

test('pairwise and B-cubed of a worked example', () => {
  // Truth {a b c} {d e} {f}; found {a b} {c d e} {f}.
  const truth = numbered(['1', '1', '1', '2', '2', '3']);
  const found = numbered(['x', 'x', 'y', 'y', 'y', 'z']);
  const { pairwise, bCubed } = scoreClusters(found, truth);
  // True pairs ab ac bc de; found ab cd ce de; right ab de.
  expect(pairwise).toEqual({ truePairs: 4, foundPairs: 4, rightPairs: 2, precision: 0.5, recall: 0.5, f1: 0.5 });
  // Precision per record: 1 1 1/3 2/3 2/3 1; recall: 2/3 2/3 1/3 1 1 1; both sum to 14/3.
  expect(bCubed.precision).toBeCloseTo(14 / 18, 12);
  expect(bCubed.recall).toBeCloseTo(14 / 18, 12);
  expect(bCubed.f1).toBeCloseTo(14 / 18, 12);
});

test('everything in one cluster, and everything apart', () => {
  const truth = Int32Array.of(0, 0, 1, 1);
  const one = scoreClusters(Int32Array.of(2, 2, 2, 2), truth);
  expect(one.pairwise).toMatchObject({ foundPairs: 6, rightPairs: 2, recall: 1 });
  expect(one.bCubed).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3 });
  const apart = scoreClusters(Int32Array.of(0, 1, 2, 3), truth);
  expect(apart.pairwise).toMatchObject({ foundPairs: 0, precision: 1, recall: 0, f1: 0 });
  expect(apart.bCubed).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3 });
});

test('a set without duplicates: nothing found is right, anything found is wrong', () => {
  const truth = Int32Array.of(0, 1, 2);
  expect(scoreClusters(Int32Array.of(0, 1, 2), truth).pairwise.f1).toBe(1);
  expect(scoreClusters(Int32Array.of(0, 0, 2), truth).pairwise).toMatchObject({ precision: 0, recall: 1, f1: 0 });
});

test('F1 of precision 1 and recall a half is two thirds', () => {
  expect(prfOf({ truePairs: 4, foundPairs: 2, rightPairs: 2 })).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3 });
});

test('a clustering of other records than the truth is refused', () => {
  expect(() => scoreClusters(Int32Array.of(0), Int32Array.of(0, 1))).toThrow(/1 clustered records, 2 in the truth/);
});
