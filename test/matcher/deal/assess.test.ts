/** Groups of deals: what is said of them lies about the truth, and nothing is said where copies are believed and not learnt. */
import { expect, test } from 'vitest';
import { assessDeals } from '../../../src/matcher/deal/assess.ts';
import type { DealVerdict } from '../../../src/matcher/deal/weigh.ts';

const verdicts = (count: number, probability: number, decision: DealVerdict['decision']): DealVerdict[] =>
  Array.from({ length: count }, () => ({
    weight: 1,
    probability,
    decision,
    evidence: [
      { field: 'name', level: 'same', weight: 6 },
      { field: 'owner', level: 'differs', weight: -1 },
    ],
  }));

test('precision by the links, recall by all that were compared', () => {
  const found = assessDeals([
    ...verdicts(190, 0.99, 'link'),
    ...verdicts(40, 0.5, 'review'),
    ...verdicts(4000, 0.0001, 'apart'),
  ]);
  expect(found.precision).toMatchObject({ estimate: 0.99 });
  expect(found.recall?.estimate).toBeCloseTo(188.1 / 208.5, 2);
  for (const share of [found.precision!, found.recall!]) {
    expect(share.low).toBeLessThan(share.estimate);
    expect(share.high).toBeGreaterThan(share.estimate);
  }
  expect(found.weakestField).toBe('owner');
});

test('where few pairs are linked nothing is told, however sure each of them is', () => {
  const { precision, recall, cannotTell } = assessDeals(verdicts(19, 0.999, 'link'));
  expect([precision, recall]).toEqual([null, null]);
  expect(cannotTell).toBe('only 19 pairs of deals are linked, too few to learn from');
});
