/** Records of one entity, table `raw` of a DuckDB, into tables `scored` (pairs with their weight) and `cluster`, a model and a report. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { clusterPairs, linked, type ScoredPairs } from '../cluster/components.ts';
import { wordColumns } from './blocking.ts';
import { findCandidates, type RuleCount } from './candidates.ts';
import { columnNames, standardiseStatements } from './columns.ts';
import { comparisonsOf } from './comparison.ts';
import { appendColumns, readColumns } from './columnar.ts';
import type { Layout } from './definition.ts';
import { estimate, type Estimate, type Sample } from './estimate.ts';
import { countValues, rarityColumn, type Rarity } from './frequency.ts';
import { registerFunctions } from './functions.ts';
import { codeComparisons, patternQuery, patternType, unpackSql, type CodedComparison } from './pattern.ts';
import { evenOdds, type Threshold } from './threshold.ts';
import { countWords, registerTwoOf, registerWords } from './word-functions.ts';
import type { WordBits } from './words.ts';

/** Weights are calibrated so that 0 bits, even odds, is where a pair is linked. */
export const linkThreshold = 0;

export type Step = { step: string; seconds: number; peakMemoryBytes: number };
export type Model = {
  layout: Layout;
  filled: string[];
  rules: string[];
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

/** SQL over `s`, a scored pair: only pairs of records that links tie together can change a cluster, and none far below. */
export const withinComponent = `s.weight > -30 and (select c0 from component where rowid = s.l) = (select c0 from component where rowid = s.r)`;

export type MatchOptions = { progress?: (step: Step) => void };

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
  const wordFilled = new Set([...filled, ...[...words.keys()].map((column) => `${column}_words`)]);
  done('count');
  const { rules, counts } = await findCandidates(duck, layout, wordFilled, recordCount);
  done('block');
  const comparisons = codeComparisons(comparisonsOf(layout, filled), rarities, filled);
  const { sample, candidatePairCount } = await compare(duck, comparisons, recordCount);
  done('compare');
  const patterns = await readPatterns(duck, comparisons.length);
  const found = estimate(patterns, sample, { comparisons, rarities, recordCount });
  const base = Math.log2(found.prior / (1 - found.prior));
  const weights = Float64Array.from(patterns.counts, (_, p) =>
    comparisons.reduce((sum, _one, c) => sum + (found.weights[c]?.[patterns.codes[c]?.[p] ?? 0] ?? 0), base),
  );
  await appendColumns(duck, 'weight', ['double'], [weights]);
  await duck.run(`/* match.weigh */ create or replace table scored as
    select l, r, rule, pid, weight from pair join (select pattern, pid from pattern) using (pattern) join
      (select rowid as pid, c0 as weight from weight) using (pid)`);
  const threshold = evenOdds;
  done('estimate');
  await duck.run(`update scored set weight = round(weight - ${threshold.shift}, 3)`);
  const clusters = await cluster(duck, recordCount);
  await appendColumns(duck, 'cluster', ['integer'], [clusters]);
  done('cluster');
  const clusterCount = clusters.reduce((sum, root, at) => sum + (root === at ? 1 : 0), 0);
  const model = { layout, filled: [...filled], rules, comparisons, rarities, words, estimate: found, threshold };
  const patternCount = patterns.counts.length;
  return { model, recordCount, candidatePairCount, patternCount, clusterCount, ruleCounts: counts, steps };
}

async function describe(duck: DuckDBConnection, layout: Layout): Promise<{ recordCount: number; filled: Set<string> }> {
  const names = columnNames(layout);
  const read = await duck.runAndReadAll(
    `/* match.filled */ select count(*), ${names.map((name) => `count(${name})`).join(', ')} from plain`,
  );
  const [total = 0, ...counts] = (read.getRows()[0] ?? []).map(Number);
  return { recordCount: total, filled: new Set(names.filter((_, at) => (counts[at] ?? 0) > 0)) };
}

/** Table `record`: `plain` with the rarity class of every value that is weighed by it, and the keys of rare words. */
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
    const found = await countWords(duck, column);
    words.set(column, found);
    registerWords(duck, column, found);
  }
  const joins = [...rarities.keys()].map(
    (column) => `left join rarity_${column} on rarity_${column}.value = p.${column}`,
  );
  const classes = [...rarities].map(
    ([column, { most }]) => `, coalesce(rarity_${column}.rarity, ${most})::utinyint as ${rarityColumn(column)}`,
  );
  const keys = [...words.keys()].map(
    (column) => `, string_split(word_keys_${column}(p.${column}), chr(31)) as ${column}_words`,
  );
  await duck.run(`/* match.record */ create or replace table record as
    select p.*${classes.join('')}${keys.join('')} from plain p ${joins.join(' ')}`);
  await duck.run('drop table plain');
  return { rarities, words };
}

/** Random pairs that teach what chance agreement is; all pairs where there are no more than this. */
const samplePairs = 60_000;

async function compare(
  duck: DuckDBConnection,
  comparisons: CodedComparison[],
  recordCount: number,
): Promise<{ sample: Sample; candidatePairCount: number }> {
  const type = patternType(comparisons) ?? 'hugeint';
  await duck.run(
    `/* match.compare */ create or replace table pair as ${patternQuery(
      comparisons,
      type,
      ['c.l', 'c.r', 'c.rule'],
      'candidate c join record l on l.place = c.l join record r on r.place = c.r',
    )}`,
  );
  await duck.run('drop table candidate');
  await duck.run(`/* match.pattern */ create or replace table pattern as
    select pattern, count, (row_number() over (order by pattern) - 1)::bigint as pid, ${['true', ...unpackSql(comparisons)].join(', ')}
    from (select pattern, count(*)::double as count from pair group by pattern)`);
  const pairs = await duck.runAndReadAll('select count(*) from pair');
  const all = (recordCount * (recordCount - 1)) / 2;
  const few = all <= samplePairs;
  // Multiplicative steps through the places: the same pairs whatever the order of the file, as places follow the ids.
  const drawn = few
    ? `select l.place as l, r.place as r from record l join record r on l.place < r.place`
    : `select (i * 7919) % ${recordCount} as l, ((i * 7919) % ${recordCount} + 1 + (i * 104729 + i // ${recordCount}) % ${recordCount - 1}) % ${recordCount} as r
       from range(${samplePairs}) t(i)`;
  await duck.run(
    `/* match.sample */ create or replace table sample as ${patternQuery(
      comparisons,
      type,
      [],
      `(${drawn}) c join record l on l.place = c.l join record r on r.place = c.r`,
    )}`,
  );
  const codeCounts: Float64Array[] = [];
  const unpacked = unpackSql(comparisons);
  for (const [at, { slots }] of comparisons.entries()) {
    const counts = new Float64Array(slots.length + 1);
    const read = await duck.runAndReadAll(
      `select c${at}, count(*) from (select ${unpacked[at]} from sample) group by 1`,
    );
    for (const [code, number] of read.getRows()) counts[Number(code)] = Number(number);
    codeCounts.push(counts);
  }
  await duck.run('drop table sample');
  return {
    sample: { pairCount: few ? all : samplePairs, codeCounts },
    candidatePairCount: Number(pairs.getRows()[0]?.[0] ?? 0),
  };
}

async function readPatterns(
  duck: DuckDBConnection,
  width: number,
): Promise<{ codes: Uint8Array[]; counts: Float64Array }> {
  const names = Array.from({ length: width }, (_, at) => `c${at}`);
  const read = await duck.runAndReadAll('select count(*) from pattern');
  const length = Number(read.getRows()[0]?.[0] ?? 0);
  const counts = new Float64Array(length);
  const codes = names.map(() => new Uint8Array(length));
  await readColumns(duck, `select ${['count', ...names].join(', ')} from pattern order by pid`, [counts, ...codes]);
  return { codes, counts };
}

async function cluster(duck: DuckDBConnection, recordCount: number): Promise<Int32Array> {
  const links = linked(recordCount, await readPairs(duck, 'from scored where weight > 0'));
  await appendColumns(
    duck,
    'component',
    ['integer'],
    [Int32Array.from({ length: recordCount }, (_, at) => links.find(at))],
  );
  return clusterPairs(recordCount, await readPairs(duck, `from scored s where ${withinComponent}`));
}

async function readPairs(duck: DuckDBConnection, from: string): Promise<ScoredPairs> {
  const read = await duck.runAndReadAll(`/* match.edge_count */ select count(*) ${from}`);
  const length = Number(read.getRows()[0]?.[0] ?? 0);
  const [left, right, score] = [new Int32Array(length), new Int32Array(length), new Float64Array(length)];
  await readColumns(duck, `/* match.edges */ select l, r, weight ${from} order by l, r`, [left, right, score]);
  return { left, right, score };
}
