import { expect, test } from 'vitest';
import { calibration } from '../../bench/accuracy/calibration.ts';
import type { Judged } from '../../bench/accuracy/judge.ts';
import { accuracyTable } from '../../bench/accuracy/summary.ts';
import type { Assessment } from '../../bench/peers/assay.ts';

const cost = { wallSeconds: 1, cpuSeconds: 1, peakMemoryMiB: 1 };
const prf = (precision: number, recall: number) => ({
  precision,
  recall,
  f1: (2 * precision * recall) / (precision + recall),
});

function judged(
  name: string,
  precision: number,
  recall: number,
  assessment: Assessment | null,
  cannot: string[] = [],
): Judged {
  const at = { ...prf(precision, recall), threshold: 0 };
  const pairwise = { ...prf(precision, recall), truePairs: 10, foundPairs: 10, rightPairs: 9 };
  const clusters = { pairwise, bCubed: prf(precision, recall) };
  const assay = { clusters, automatic: at, best: at, bestComponents: at, assessment, cost };
  return {
    name,
    kind: 'shape',
    madeBy: 'by hand',
    records: 20,
    assay,
    splink: null,
    goldenMatch: null,
    cannot,
    salesforce: null,
  };
}

const given = (precision: [number, number, number], recall: [number, number, number]): Assessment => {
  const share = ([estimate, low, high]: [number, number, number]) => ({ estimate, low, high });
  return { precision: share(precision), recall: share(recall), weakestField: 'first_name', cannotTell: null };
};

test('each estimate stands beside its interval and the truth, and those outside are counted', () => {
  const text = calibration([
    judged('right', 0.9, 0.8, given([0.92, 0.8, 1], [0.85, 0.7, 0.95])),
    judged('wrong', 0.4, 0.8, given([0.95, 0.8, 1], [0.7, 0.5, 0.9])),
    judged('names', 0.7, 1, { precision: null, recall: null, weakestField: null, cannotTell: 'only names' }),
    judged('pairs', 0.7, 1, null),
  ]);
  expect(text).toMatch(
    /^right +0\.920 +0\.800 +1\.000 +0\.900 +yes +0\.850 +0\.700 +0\.950 +0\.800 +yes +first_name$/m,
  );
  expect(text).toMatch(/^wrong +0\.950 +0\.800 +1\.000 +0\.400 +NO /m);
  expect(text).toMatch(/^names +- .*0\.700 .*only names$/m);
  expect(text).not.toMatch(/^pairs/m);
  expect(text).toContain(
    'precision: given for 2 of 3 sets, in the interval 1 (50.0 %), off by 0.285 on average, intervals 0.200 wide',
  );
  expect(text).toContain('recall: given for 2 of 3 sets, in the interval 2 (100.0 %)');
});

test('what a peer cannot do is said with its own words', () => {
  const text = accuracyTable([judged('one_column', 0.9, 0.8, null, ['Splink: Parser Error: syntax error'])]);
  expect(text).toContain('  one_column: Splink: Parser Error: syntax error');
  expect(text).toMatch(/mean F1 of all: ours 0\.\d+ \(1\), Splink best -, at \.95 -, GoldenMatch -/);
});
