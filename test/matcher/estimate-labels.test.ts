import { expect, it } from 'vitest';
import type { Comparison } from '../../src/matcher/compare/comparison.ts';
import { estimate, type LabelledPair } from '../../src/matcher/weigh/estimate.ts';
import { codeComparisons } from '../../src/matcher/compare/pattern.ts';

/** Three fields that agree (code 1) or differ (code 2). */
const field = (name: string): Comparison => ({
  name,
  columns: [name],
  bounds: [-12, 14],
  levels: [
    { key: 'same', label: 'same', m: 0.8, u: 0.01 },
    { key: 'differs', label: 'differs', m: 0.2, u: 0.99 },
  ],
  gates: [],
});
const comparisons = codeComparisons(['name', 'phone', 'city'].map(field), new Map(), new Set());
const all = [1, 2].flatMap((a) => [1, 2].flatMap((b) => [1, 2].map((c) => [a, b, c])));
const counts = Float64Array.from([400, 120, 90, 300, 60, 200, 500, 3000]);
const patterns = { codes: [0, 1, 2].map((at) => Uint8Array.from(all, (codes) => codes[at] as number)), counts };
const sample = { pairCount: 60_000, codeCounts: comparisons.map(() => Float64Array.from([0, 600, 59_400])) };

const train = (labelled: LabelledPair[]) =>
  estimate(patterns, sample, { comparisons, rarities: new Map(), recordCount: 2000, labelled });
const weightOf = (found: ReturnType<typeof train>, codes: number[]) =>
  codes.reduce(
    (sum, code, at) => sum + (found.weights[at]?.[code] as number),
    Math.log2(found.prior / (1 - found.prior)),
  );
const say = (same: boolean, count: number, codes: number[]): LabelledPair[] =>
  Array.from({ length: count }, () => ({ codes: Uint8Array.from(codes), same }));

it('pairs that reviewers call the same weigh more the more of them there are, those they call different less', () => {
  for (const codes of all) {
    const weights = [-200, -50, -20, -5, -1, 0, 1, 5, 20, 50, 200].map((n) =>
      weightOf(train(say(n > 0, Math.abs(n), codes)), codes),
    );
    const falls = weights.slice(1).map((weight, at) => (weights[at] as number) - weight);
    // Training stops when the prior moves by less than .001 bits, so equal models may differ by less than this.
    expect(Math.max(...falls)).toBeLessThan(0.001);
    expect(weights.at(-1)).toBeGreaterThan(weights[0] as number);
  }
});

it('labels that are few, many or at odds move no level out of reach', () => {
  for (const labelled of [
    say(true, 1, [1, 2, 2]),
    say(true, 100_000, [2, 2, 2]),
    say(false, 100_000, [1, 1, 1]),
    [...say(true, 500, [1, 2, 1]), ...say(false, 500, [1, 2, 1])],
  ]) {
    const found = train(labelled);
    for (const [at, levels] of found.levels.entries())
      for (const [index, { m, u }] of levels.entries()) {
        const believed = comparisons[at]?.levels[index]?.m as number;
        expect(m).toBeGreaterThanOrEqual(believed / 4 - 1e-12);
        expect(m).toBeLessThanOrEqual(believed * 4);
        expect(u).toBeGreaterThan(0);
      }
    expect(found.prior).toBeGreaterThan(0);
  }
});

it('the same labels give the same model', () => {
  const labelled = [...say(true, 7, [1, 2, 2]), ...say(false, 9, [1, 2, 1])];
  expect(train(labelled)).toEqual(train(labelled));
});
