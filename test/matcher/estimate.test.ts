import { expect, test } from 'vitest';
import { comparisonsOf } from '../../src/matcher/compare/comparisons.ts';
import { estimate } from '../../src/matcher/weigh/estimate.ts';
import { codeComparisons } from '../../src/matcher/compare/pattern.ts';

const filled = new Set(['first', 'last', 'email', 'phone']);
const comparisons = codeComparisons(
  comparisonsOf({ entity: 'person', fields: [], extras: [] }, filled),
  new Map(),
  filled,
);
const at = (name: string) => comparisons.findIndex((comparison) => comparison.name === name);
const code = (name: string, label: string) =>
  (comparisons[at(name)]?.slots.findIndex(({ level }) => level.label === label) ?? -1) + 1;

/** @param sharing of 400 namesakes with other telephones, how many pairs have one address made of the name */
function weightOfAddress(sharing: number): number {
  const rows = [
    { email: 'same, made of the name', phone: 'same', count: 200 },
    { email: 'same, made of the name', phone: 'differs', count: sharing },
    { email: 'differs', phone: 'differs', count: 400 - sharing },
  ];
  const codes = comparisons.map(({ name }) =>
    Uint8Array.from(rows, (row) => (name in row ? code(name, row[name as 'email']) : code(name, 'same'))),
  );
  const counts = Float64Array.from(rows, ({ count }) => count);
  const sample = { pairCount: 1, codeCounts: comparisons.map(({ slots }) => new Float64Array(slots.length + 1)) };
  const found = estimate({ codes, counts }, sample, { comparisons, rarities: new Map(), recordCount: 3000 });
  return found.weights[at('email')]?.[code('email', 'same, made of the name')] ?? 0;
}

test('an address made of the name tells little where namesakes are seen to share theirs', () => {
  expect(weightOfAddress(300)).toBeLessThan(weightOfAddress(0) - 2);
});

/** A thousand pairs that agree in everything but one field, beside many that differ in everything. */
function beliefInDifference(field: number): { m: number; believed: number } {
  const differing = comparisons.map(({ levels }) => levels.findIndex(({ key }) => key === 'differs'));
  const differs = comparisons.map(({ starts }, index) => starts[differing[index]!]!);
  const codes = comparisons.map(({ name }, index) =>
    Uint8Array.from([index === field ? differs[index]! : code(name, 'same'), differs[index]!]),
  );
  const codeCounts = comparisons.map(({ slots }, index) => {
    const counts = new Float64Array(slots.length + 1);
    counts[differs[index]!] = 60_000;
    return counts;
  });
  const counts = Float64Array.from([1000, 100_000]);
  const sample = { pairCount: 60_000, codeCounts };
  const found = estimate({ codes, counts }, sample, { comparisons, rarities: new Map(), recordCount: 3000 });
  const at = differing[field]!;
  return { m: found.levels[field]![at]!.m, believed: comparisons[field]!.levels[at]!.m };
}

test.each(comparisons.map(({ name }, field) => [name, field] as const))(
  'pairs that agree in all but %s do not teach that it differs in most matches',
  (_, field) => {
    const { m, believed } = beliefInDifference(field);
    expect(m).toBeGreaterThan(believed);
    expect(m).toBeLessThanOrEqual(2.5 * believed);
  },
);
