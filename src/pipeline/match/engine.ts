/** Records of one entity, table `raw` of a DuckDB, into tables `scored` (pairs with their weight) and `cluster`, a model and a report. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { clusterPairs, linked } from '../cluster/components.ts';
import { wordColumns } from './blocking.ts';
import { findBlocks, type RuleCount } from './candidates.ts';
import { columnNames, standardiseStatements } from './columns.ts';
import type { Caps } from './blocked.ts';
import { compareAll, type Compared } from './compare-all.ts';
import { pickPairs } from './pick.ts';
import { Comparer, type CompareTask } from './compare.ts';
import { comparisonsOf } from './comparison.ts';
import { appendColumns } from './columnar.ts';
import type { Layout } from './definition.ts';
import { estimate, type Estimate, type Sample } from './estimate.ts';
import { countValues, type Rarity } from './frequency.ts';
import { registerFunctions } from './functions.ts';
import { codeComparisons, type CodedComparison } from './pattern.ts';
import { readTexts } from './read-texts.ts';
import { findThreshold, type Threshold } from './threshold.ts';
import { partneredShare, sure, toldPairs } from './witness.ts';
import { addWordKeys, countWords, registerTwoOf } from './word-functions.ts';
import type { WordBits } from './words.ts';

/** Weights are calibrated so that 0 bits, even odds, is where a pair is linked. */
export const linkThreshold = 0;

export type Step = { step: string; seconds: number; peakMemoryBytes: number };
export type Model = {
  layout: Layout;
  filled: string[];
  rules: string[];
  caps: Caps[];
  comparisons: CodedComparison[];
  rarities: Map<string, Rarity>;
  words: Map<string, WordBits>;
  estimate: Estimate;
  threshold: Threshold;
};
export type MatchResult = {
  model: Model;
  recordCount: number;
  candidatePairCount: number;
  patternCount: number;
  clusterCount: number;
  ruleCounts: RuleCount[];
  steps: Step[];
};

export type MatchOptions = {
  progress?: (step: Step) => void;
  /** Called while `plain` is there. @param filled its columns that are, those of words included */
  whilePlain?: (layout: Layout, filled: ReadonlySet<string>) => Promise<void>;
};

/** @param duck holds `raw` (place 0..n-1 in the order of the ids, the mapped columns, x0 … for the extras) */
export async function matchRaw(
  duck: DuckDBConnection,
  layout: Layout,
  options: MatchOptions = {},
): Promise<MatchResult> {
  const steps: Step[] = [];
  let since = performance.now();
  const done = (step: string) => {
    const seconds = Math.round(performance.now() - since) / 1000;
    steps.push({ step, seconds, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
    options.progress?.(steps.at(-1) as Step);
    since = performance.now();
  };
  registerFunctions(duck);
  registerTwoOf(duck);
  for (const statement of standardiseStatements(layout, false)) await duck.run(statement);
  const { recordCount, filled } = await describe(duck, layout);
  done('standardise');
  const { rarities, words } = await count(duck, layout, filled);
  const comparisons = codeComparisons(comparisonsOf(layout, filled), rarities, filled);
  const texts = await readTexts(duck, columnsRead(comparisons, filled), recordCount, rarities);
  done('count');
  const wordFilled = new Set([...filled, ...[...words.keys()].map((column) => `${column}_words`)]);
  const { rules, counts, caps, blocks } = await findBlocks(duck, layout, wordFilled, recordCount);
  await options.whilePlain?.(layout, wordFilled);
  await duck.run('drop table plain');
  done('block');
  const task = { layout, filled, recordCount, texts, rarities, words, blocks };
  const compared = await compareAll(task);
  for (const [at, one] of counts.entries()) one.pairCount = compared.ruleCounts[at] ?? 0;
  const sample = drawSample(task, comparisons);
  done('compare');
  const found = estimate(compared, sample, { comparisons, rarities, recordCount });
  const modelled = Float64Array.from(compared.counts, (_, p) => bitsOf(found, (c) => compared.codes[c]?.[p] ?? 0));
  const likely = pickPairs(compared.parts, modelled, (weight) => weight >= -sure);
  const threshold = findThreshold(
    { weights: modelled, counts: compared.counts },
    partneredShare(recordCount, likely),
    toldPairs(recordCount, likely),
  );
  const weights = modelled.map((bits) => calibrated(bits, threshold));
  done('estimate');
  const clusters = await cluster(duck, recordCount, compared, weights, threshold);
  await appendColumns(duck, 'cluster', { c0: clusters });
  done('cluster');
  const clusterCount = clusters.reduce((sum, root, at) => sum + (root === at ? 1 : 0), 0);
  const model = { layout, filled: [...filled], rules, caps, comparisons, rarities, words, estimate: found, threshold };
  const { pairCount: candidatePairCount } = compared;
  const patternCount = weights.length;
  return { model, recordCount, candidatePairCount, patternCount, clusterCount, ruleCounts: counts, steps };
}

/** The model's own bits for a pair. @param codeOf its code in each comparison */
export function bitsOf(
  { prior, weights }: Pick<Estimate, 'prior' | 'weights'>,
  codeOf: (at: number) => number,
): number {
  return weights.reduce((sum, byCode, at) => sum + (byCode[codeOf(at)] ?? 0), Math.log2(prior / (1 - prior)));
}

/** In thousandths of a bit, above 0 where a pair is linked. */
export function calibrated(bits: number, { shift }: Threshold): number {
  return Math.round((bits - shift) * 1000) / 1000;
}

async function describe(duck: DuckDBConnection, layout: Layout): Promise<{ recordCount: number; filled: Set<string> }> {
  const names = columnNames(layout);
  const read = await duck.runAndReadAll(
    `/* match.filled */ select count(*), ${names.map((name) => `count(${name})`).join(', ')} from plain`,
  );
  const [total = 0, ...counts] = (read.getRows()[0] ?? []).map(Number);
  return { recordCount: total, filled: new Set(names.filter((_, at) => (counts[at] ?? 0) > 0)) };
}

/** Tables `rarity_<column>`, and in `plain` the keys of rare words. */
async function count(
  duck: DuckDBConnection,
  layout: Layout,
  filled: ReadonlySet<string>,
): Promise<{ rarities: Map<string, Rarity>; words: Map<string, WordBits> }> {
  const rarities = new Map<string, Rarity>();
  for (const { rare, levels } of comparisonsOf(layout, filled)) {
    for (const column of [rare, ...levels.map(({ of }) => of)]) {
      if (column === undefined || !filled.has(column) || rarities.has(column)) continue;
      rarities.set(column, await countValues(duck, column));
    }
  }
  const words = new Map<string, WordBits>();
  for (const column of wordColumns(layout, filled)) {
    words.set(column, await countWords(duck, column));
    await addWordKeys(duck, column, words.get(column) as WordBits);
  }
  return { rarities, words };
}

/** Columns that conditions ask for beyond those a comparison is named for. */
const alsoRead = ['first', 'formal', 'last', 'local', 'provider', 'house', 'domain', 'city', 'postal_code'];

export function columnsRead(comparisons: CodedComparison[], filled: ReadonlySet<string>): string[] {
  return [...new Set([...comparisons.flatMap(({ columns }) => columns), ...alsoRead])].filter((name) =>
    filled.has(name),
  );
}

/** Random pairs that teach what chance agreement is; all pairs where there are no more than this. */
const samplePairs = 60_000;

function drawSample(task: CompareTask, comparisons: CodedComparison[]): Sample {
  const { recordCount } = task;
  const comparer = new Comparer(task);
  const codeCounts = comparisons.map(({ slots }) => new Float64Array(slots.length + 1));
  const meet = (l: number, r: number) => {
    for (const [at, code] of comparer.codesOf(l, r).entries()) {
      const counts = codeCounts[at] as Float64Array;
      counts[code] = (counts[code] as number) + 1;
    }
  };
  const all = (recordCount * (recordCount - 1)) / 2;
  if (all <= samplePairs) {
    for (let l = 0; l < recordCount; l += 1) for (let r = l + 1; r < recordCount; r += 1) meet(l, r);
    return { pairCount: all, codeCounts };
  }
  // Multiplicative steps through the places: the same pairs whatever the order of the file, as places follow the ids.
  for (let i = 0; i < samplePairs; i += 1) {
    const l = (i * 7919) % recordCount;
    meet(l, (l + 1 + ((i * 104729 + Math.floor(i / recordCount)) % (recordCount - 1))) % recordCount);
  }
  return { pairCount: samplePairs, codeCounts };
}

/**
 * Clusters, and tables `scored` (l, r, rule, pid, weight) and `pattern` (pid, the codes c0 …). Kept are the pairs to show
 * and those between records that links tie together: only these can change a cluster.
 */
async function cluster(
  duck: DuckDBConnection,
  recordCount: number,
  { parts, codes }: Compared,
  weights: Float64Array,
  { review }: Threshold,
): Promise<Int32Array> {
  const reach = linked(
    recordCount,
    pickPairs(parts, weights, (weight) => weight > 0),
  );
  const isTied = (l: number, r: number) => reach.find(l) === reach.find(r);
  const kept = pickPairs(parts, weights, (weight, l, r) => weight > review || isTied(l, r));
  await appendColumns(duck, 'scored', {
    l: kept.left,
    r: kept.right,
    rule: kept.rule,
    pid: kept.pattern,
    weight: kept.score,
  });
  await appendColumns(duck, 'pattern', {
    pid: Int32Array.from(weights, (_, at) => at),
    ...Object.fromEntries(codes.map((of, at) => [`c${at}`, of])),
  });
  return clusterPairs(
    recordCount,
    pickPairs(parts, weights, (_weight, l, r) => isTied(l, r)),
  );
}
