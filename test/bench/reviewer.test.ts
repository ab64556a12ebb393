import { expect, it } from 'vitest';
import { answer, reviewQueue } from '../../bench/labels/reviewer.ts';
import type { MatchResult } from '../../src/matcher/engine.ts';

const pairs = {
  left: Int32Array.of(0, 2, 3, 0, 4),
  right: Int32Array.of(1, 3, 4, 4, 5),
  score: Float64Array.of(8, 3, -0.2, -2, -5),
};
const result = {
  clusters: Int32Array.of(0, 0, 2, 3, 4, 5),
  pairs,
  model: { threshold: { review: -4 } },
} as unknown as MatchResult;

it('asks about unsure and cut pairs, by uncertainty times the records that hang on them', () => {
  expect(reviewQueue(result).map(({ l, r, weight }) => [l, r, weight])).toEqual([
    [2, 3, 3],
    [3, 4, -0.2],
    [0, 4, -2],
  ]);
});

it('answers by the truth but for the share that errs, the same for one seed', () => {
  const queue = Array.from({ length: 40 }, (_, at) => ({ l: at, r: at + 1, weight: -1 }));
  const truth = Int32Array.from({ length: 41 }, (_, at) => at >> 1);
  const wrong = (share: number) =>
    answer(queue, truth, share, 3).filter(({ l, r, same }) => same !== (truth[l] === truth[r]));
  expect(wrong(0)).toEqual([]);
  expect(wrong(0.05)).toHaveLength(2);
  expect(wrong(0.05)).toEqual(wrong(0.05));
});
