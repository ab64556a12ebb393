import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareOption, mapOption, prepare } from '../../bench/accuracy/data-set.ts';
import { readClusters } from '../../bench/accuracy/read-pairs.ts';
import { scoreClusters } from '../../bench/accuracy/score.ts';
import { shapeSets } from '../../bench/accuracy/sets/shapes/all.ts';
import { comparisonsOf } from '../../src/matcher/compare/comparisons.ts';
import { codeComparisons } from '../../src/matcher/compare/pattern.ts';
import { matchFile } from '../../src/matcher/match-file.ts';
import { assess, type GroupedPairs } from '../../src/matcher/weigh/assessment.ts';
import { assessmentWarnings, assessmentWords } from '../../src/matcher/weigh/assessment-words.ts';
import { groupedPairs } from '../../src/matcher/weigh/grouped.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-assess-'))));
afterAll(() => rm(folder, { recursive: true }));

const layout = { entity: 'person', fields: ['first_name', 'last_name', 'email', 'birth_date'], extras: [] } as const;
const filled = new Set(['first', 'last', 'email', 'local', 'birth_date']);
const comparisons = codeComparisons(comparisonsOf(layout, filled), new Map(), filled);
const levels = comparisons.map((one) => one.levels.map(({ m, u }) => ({ m, u })));
const weights = comparisons.map(({ slots }) =>
  Float64Array.from([
    0,
    ...slots.map(({ level }) => level.bits ?? Math.max(-6, Math.min(12, Math.log2(level.m / level.u)))),
  ]),
);
const prior = 0.0005;
const recordCount = 2000;

type Row = {
  first_name?: string;
  last_name?: string;
  email?: string;
  birth_date?: string;
  count: number;
  inGroups: number;
};

/** Patterns by the level that each field shows; one that is left out is blank. */
function assessed(rows: Row[], more: Partial<GroupedPairs> = {}, at: { prior?: number } = {}) {
  const codes = comparisons.map(({ name, slots }) =>
    Uint8Array.from(rows, (row) => slots.findIndex(({ level }) => level.key === row[name as keyof Row]) + 1),
  );
  const own = at.prior ?? prior;
  const modelled = Float64Array.from(rows, (_, p) =>
    weights.reduce((sum, byCode, c) => sum + byCode[codes[c]![p]!]!, Math.log2(own / (1 - own))),
  );
  const inGroups = Float64Array.from(rows, (row) => row.inGroups);
  const pairCount = inGroups.reduce((sum, one) => sum + one, 0);
  const grouped = { inGroups, pairCount, throughThird: { pairCount: 0, linkedCount: 0 }, ...more };
  const counts = Float64Array.from(rows, ({ count }) => count);
  const estimate = { prior: own, house: 0, weights, houseWeights: weights, levels, iterationCount: 5 };
  return assess('person', { codes, counts }, modelled, grouped, { estimate, comparisons, recordCount });
}

const sure = { last_name: 'same', email: 'same' };
const strangers: Row = { last_name: 'same', first_name: 'differs', email: 'differs', count: 20_000, inGroups: 0 };

describe('precision', () => {
  test('where given names agree as one person’s do, nearly all pairs are right', () => {
    const found = assessed([
      { ...sure, first_name: 'same', count: 90, inGroups: 90 },
      { ...sure, first_name: 'nickname', count: 10, inGroups: 10 },
      strangers,
    ]);
    expect(found.precision!.estimate).toBeGreaterThan(0.97);
    expect(found.precision!.high).toBe(1);
    expect(assessmentWarnings(found, ['phone'])).toEqual([]);
  });

  test('where a mailbox is a family’s and given names differ, few are right, however sure the model is', () => {
    const found = assessed([
      { ...sure, first_name: 'same', count: 20, inGroups: 20 },
      { ...sure, first_name: 'differs', count: 80, inGroups: 80 },
      strangers,
    ]);
    expect(found.precision!.estimate).toBeGreaterThan(0.1);
    expect(found.precision!.estimate).toBeLessThan(0.35);
    expect(found.weakestField).toBe('first_name');
    const [warning] = assessmentWarnings(found, ['birth date']);
    expect(warning).toMatch(/^Only about \d\d % \(between \d+ % and \d+ %\) of the pairs in groups are right/);
    expect(warning).toContain('first name speaks against the others');
    expect(warning).toContain('A column of this kind would help: birth date.');
  });

  test('fewer pairs, a wider interval', () => {
    const of = (count: number) => {
      const { low, high } = assessed([{ ...sure, first_name: 'same', count, inGroups: count }, strangers]).precision!;
      return high - low;
    };
    expect(of(8)).toBeGreaterThan(of(60));
    expect(of(60)).toBeGreaterThan(of(2000));
  });
});

describe('recall', () => {
  const linked: Row = { ...sure, first_name: 'same', count: 100, inGroups: 100 };

  test('falls by the pairs left out that are likely one', () => {
    const left: Row = { last_name: 'same', first_name: 'same', birth_date: 'same', count: 60, inGroups: 0 };
    const [full, short] = [assessed([linked, strangers]), assessed([linked, left, strangers])];
    expect(full.recall!.estimate).toBeGreaterThan(0.95);
    expect(short.recall!.estimate).toBeLessThan(0.75);
    expect(assessmentWarnings(short, [])[0]).toMatch(
      /^Only about \d\d %.* of the true pairs are in groups.*No further column/,
    );
  });

  test('falls where third records show that many true pairs are linked only through them', () => {
    const open = assessed([linked, strangers], { throughThird: { pairCount: 100, linkedCount: 40 } });
    expect(open.recall!.estimate).toBeLessThan(0.8);
  });
});

describe('is not told', () => {
  test.each([
    [
      'nothing is in groups',
      [{ ...sure, first_name: 'same', count: 3, inGroups: 0 }],
      {},
      'only 0 pairs are in groups',
    ],
    ['one pair is', [{ ...sure, first_name: 'same', count: 1, inGroups: 1 }], {}, 'only 1 pair is in groups'],
    [
      'names are all there is',
      [{ first_name: 'same', last_name: 'same', count: 50, inGroups: 50 }],
      {},
      'the pairs have nothing but names to tell by, and no second field checks them',
    ],
    [
      'what a person keeps is blank',
      [{ last_name: 'same', email: 'same', count: 50, inGroups: 50 }],
      {},
      'the pairs lack what a person keeps: first name, birth date',
    ],
    [
      'the model is at its bounds',
      [{ ...sure, first_name: 'same', count: 50, inGroups: 50 }],
      { prior: 1e-9 },
      'the model is at its bounds: the pairs that are alike taught it too little',
    ],
  ] as [string, Row[], { prior?: number }, string][])('where %s', (_, rows, at, reason) => {
    const found = assessed([...rows, strangers], {}, at);
    expect(found).toEqual({ precision: null, recall: null, weakestField: null, cannotTell: reason });
    expect(assessmentWords(found)).toBe(`How good the groups are cannot be told, because ${reason}.`);
    expect(assessmentWarnings(found, ['email'])).toEqual([]);
  });
});

test('pairs in groups are counted, and those that are linked only through a third', () => {
  const clusters = Int32Array.from([0, 0, 0, 3, 3, 5]);
  const pairs = {
    left: Int32Array.from([0, 1, 0, 3, 4]),
    right: Int32Array.from([1, 2, 2, 4, 5]),
    rule: new Uint8Array(5),
    pattern: Int32Array.from([0, 0, 1, 2, 2]),
    score: Float64Array.from([5, 4, -2, 3, 1]),
  };
  expect(groupedPairs(clusters, pairs, 3)).toEqual({
    inGroups: Float64Array.from([2, 1, 1]),
    pairCount: 4,
    throughThird: { pairCount: 1, linkedCount: 0 },
  });
});

/** By the command, on a file of a shape; the truth is looked at here only. */
async function told(name: string, seed: number) {
  const set = shapeSets.find((one) => one.name === name)!;
  const labelled = await set.load({ data: '', peers: '', seed });
  if ('reason' in labelled) throw new Error(labelled.reason);
  const prepared = await prepare(set, labelled, folder);
  const out = join(folder, 'clusters.csv');
  const lines: string[] = [];
  const report = await matchFile({ file: prepared.file, entity: set.entity, id: set.id, map: mapOption(set), compare: compareOption(set), source: set.source, out, progress: (line) => lines.push(line) }); // prettier-ignore
  const { pairwise } = scoreClusters(await readClusters(out, prepared), prepared.truth);
  return { report, lines, pairwise };
}

describe('files of shapes, by seeds that nobody looked at', () => {
  test.each(['families_300_20', 'chains_300_20', 'person_accounts_300_20', 'foreigners_300_20', 'house_column_300_20'])(
    '%s: the truth lies in the intervals, and what is low is a warning',
    async (name) => {
      const { report, lines, pairwise } = await told(name, 8123);
      const { precision, recall } = report.assessment;
      expect(pairwise.precision).toBeGreaterThanOrEqual(precision!.low);
      expect(pairwise.precision).toBeLessThanOrEqual(precision!.high + 5e-4);
      expect(pairwise.recall).toBeGreaterThanOrEqual(recall!.low);
      expect(pairwise.recall).toBeLessThanOrEqual(recall!.high + 5e-4);
      const isWarned = report.warnings.some((warning) => warning.includes('of the pairs in groups are right'));
      expect(isWarned).toBe(precision!.estimate < 0.9);
      expect(lines.some((line) => line.startsWith('Estimated without labels: about '))).toBe(true);
    },
  );

  test('names and nothing else: not told, and the line says so', async () => {
    const { report, lines } = await told('names_exact_300_20', 8123);
    expect(report.assessment.cannotTell).toContain('nothing but names');
    expect(lines).toContainEqual(assessmentWords(report.assessment));
  });
});
