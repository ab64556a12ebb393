import { describe, expect, it } from 'vitest';
import { codeComparisons } from '../../src/matcher/compare/pattern.ts';
import { comparisonsOf } from '../../src/matcher/compare/comparisons.ts';
import { evenOdds } from '../../src/matcher/weigh/even-odds.ts';

const filled = new Set(['first', 'phone']);
const comparisons = codeComparisons(
  comparisonsOf({ entity: 'person', fields: ['first_name', 'phone'], extras: [] }, filled),
  new Map(),
  filled,
);
const at = comparisons.findIndex(({ isWitness }) => isWitness);
const [same, differs] = [comparisons[at]!.starts[0]!, comparisons[at]!.starts[2]!];
const restCount = 20;
const weights = comparisons.map(({ slots }, other) =>
  other === at ? new Float64Array(slots.length + 1) : Float64Array.from({ length: 40 }, (_, code) => code - restCount),
);
weights[at]![same] = 13;
weights[at]![differs] = -3;
const levels = comparisons.map((one) => one.levels.map(({ m, u }) => ({ m, u })));

/** A pattern for each weight that the rest may have, by telephones that agree and that differ. */
function found(countsAt: (rest: number) => { agree: number; differ: number }) {
  const [codes, counts]: [number[], number[]] = [[], []];
  // The other field alone says what the rest weighs, a code for each.
  const rests: number[] = [];
  for (let rest = -10; rest <= 16; rest += 1) {
    const { agree, differ } = countsAt(rest);
    for (const [code, count] of [
      [same, agree],
      [differs, differ],
    ] as const) {
      codes.push(code);
      counts.push(count);
      rests.push(rest + restCount);
    }
  }
  const all = comparisons.map((_, other) => Uint8Array.from(other === at ? codes : rests));
  const estimate = { prior: 0.5, house: 0, weights, houseWeights: weights, levels, iterationCount: 1 };
  return evenOdds({ codes: all, counts: Float64Array.from(counts) }, estimate, comparisons);
}

describe('where even odds lie by a field the rest knows nothing of', () => {
  it('is where half of the pairs agree on it as matches do', () => {
    const { bits, pairCount } = found((rest) => (rest > 3 ? { agree: 65, differ: 35 } : { agree: 0, differ: 100 }));
    expect(bits).toBeGreaterThan(2);
    expect(bits).toBeLessThan(5);
    expect(pairCount).toBeGreaterThan(500);
  });

  it('lies higher where pairs that look like one person have telephones of two', () => {
    const { bits } = found((rest) => (rest > 9 ? { agree: 65, differ: 35 } : { agree: 0, differ: 100 }));
    expect(bits).toBeGreaterThan(6);
  });

  it('lies lower where pairs of little weight agree on it', () => {
    const { bits } = found((rest) => (rest > -4 ? { agree: 65, differ: 35 } : { agree: 0, differ: 100 }));
    expect(bits).toBeLessThan(-2);
  });

  it('is told by nobody where nobody has the field', () => {
    expect(found(() => ({ agree: 0, differ: 0 })).pairCount).toBe(0);
  });
});
