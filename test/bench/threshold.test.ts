import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbered, scoreClusters } from '../../bench/accuracy/score.ts';
import { bestComponents, bestPairs, componentsFrom, pairsAbove } from '../../bench/accuracy/threshold.ts';

// Truth {0 1 2} {3 4}; the pair 2-3 is wrong and weighs more than the true pair 3-4.
const truth = Int32Array.of(0, 0, 0, 1, 1);
const pairs = {
  left: Int32Array.of(0, 1, 2, 3),
  right: Int32Array.of(1, 2, 3, 4),
  weight: Float64Array.of(9, 8, 3, 2),
};

test('pairs above a threshold', () => {
  // Above 7: two of the four true pairs (01, 02, 12, 34), nothing wrong.
  expect(pairsAbove(pairs, truth, 7)).toEqual({ threshold: 7, precision: 1, recall: 0.5, f1: 2 / 3 });
  expect(pairsAbove(pairs, truth, 2)).toMatchObject({ precision: 2 / 3, recall: 0.5 });
});

test('the best threshold for pairs may take one wrong pair to reach a right one', () => {
  // All four: 3 of 4 right, 3 of 4 found: F1 3/4 beats 2/3.
  expect(bestPairs(pairs, truth)).toEqual({ threshold: 2, precision: 0.75, recall: 0.75, f1: 0.75 });
});

test('the best threshold for components pays for the pairs a chain brings in', () => {
  // From 8: {0 1 2} alone: 3 found, all right, 3 of 4: F1 6/7. From 2: all five in one: 10 found, 4 right.
  const best = bestComponents(pairs, truth);
  expect(best).toMatchObject({ threshold: 8, precision: 1, recall: 0.75 });
  expect(best.f1).toBeCloseTo(6 / 7, 12);
});

test('pairs of equal weight stand or fall together', () => {
  const tied = { ...pairs, weight: Float64Array.of(5, 5, 5, 5) };
  expect(bestPairs(tied, truth).threshold).toBe(5);
  expect(bestComponents(tied, truth)).toMatchObject({ precision: 0.4, recall: 1 });
});

test('the running count over components equals the score of the clusters', () => {
  const pair = fc.record({ left: fc.nat(7), right: fc.nat(7), weight: fc.integer({ min: 0, max: 4 }) });
  fc.assert(
    fc.property(fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), fc.array(pair), (entities, list) => {
      const known = numbered(entities.map(String));
      const scored = {
        left: Int32Array.from(list, ({ left }) => left),
        right: Int32Array.from(list, ({ right }) => right),
        weight: Float64Array.from(list, ({ weight }) => weight),
      };
      const best = bestComponents(scored, known);
      const all = [Infinity, 4, 3, 2, 1, 0].map(
        (threshold) => scoreClusters(componentsFrom(scored, known, threshold), known).pairwise.f1,
      );
      expect(best.f1).toBeCloseTo(Math.max(...all), 12);
    }),
  );
});
