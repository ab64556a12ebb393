/** Records of one entity into scored pairs, clusters and a report of what was and was not compared. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { clusterPairs } from '../cluster/components.ts';
import { comparisons, countedColumns, type Comparison } from './comparison.ts';
import { blockingKeys, matchRow, rowColumns, type MatchEntity, type MatchRecord } from './record.ts';

export type CompareKind = 'name' | 'text' | 'category' | 'date' | 'number' | 'id';
export type Extra = { name: string; kind: CompareKind };
export type Evidence = { field: string; level: string; weight: number };
export type MatchPair = {
  /** Indexes into the records given. */
  left: number;
  right: number;
  /** Bits, prior included: 0 is even odds. */
  weight: number;
  probability: number;
  decision: 'link' | 'review' | 'cut';
  rule: string;
  evidence: Evidence[];
};
export type MatchReport = {
  entity: MatchEntity;
  recordCount: number;
  candidatePairCount: number;
  clusterCount: number;
  linkThreshold: number;
  reviewThreshold: number;
  cappedBlocks: { rule: string; keyCount: number; notComparedPairCount: number }[];
  steps: { step: string; seconds: number; peakMemoryBytes: number }[];
};
/** `clusters[i]` is the smallest index of the records that are one with record i. */
export type MatchResult = { pairs: MatchPair[]; clusters: Int32Array; report: MatchReport };

/** A key with more rows is split by the start of the name; what is still larger is not compared and reported. */
const blockCap = 80;
/** Bits after the prior: link above even odds, show a reviewer from 1:16. */
export const linkThreshold = 0;
const reviewThreshold = -4;
/** Bits of the prior: about one other record in the file is the same entity, as 1:n. Small files keep 64. */
const priorOf = (count: number): number => -Math.log2(Math.max(count, 64));

/**
 * Compares within blocks and clusters. The same records in the same order give the same clusters and weights; the order
 * of the records decides only between merges of equal weight.
 * @param extras names and kinds of `record.extra`, by position
 */
export async function matchRecords(
  entity: MatchEntity,
  records: readonly MatchRecord[],
  extras: readonly Extra[] = [],
): Promise<MatchResult> {
  const steps: MatchReport['steps'] = [];
  let since = performance.now();
  const done = (step: string) => {
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    steps.push({ step, seconds: Math.round(performance.now() - since) / 1000, peakMemoryBytes });
    since = performance.now();
  };
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', preserve_insertion_order: 'false' });
  const duck = await instance.connect();
  try {
    await load(duck, entity, records, extras);
    done('standardise');
    const cappedBlocks = await block(duck);
    done('block');
    const pairs = await compare(duck, entity, records.length, extras);
    done('compare');
    const clusters = clusterPairs(records.length, {
      left: Int32Array.from(pairs, (pair) => pair.left),
      right: Int32Array.from(pairs, (pair) => pair.right),
      score: Float64Array.from(pairs, (pair) => pair.weight - linkThreshold),
    });
    for (const pair of pairs) {
      if (pair.decision === 'link' && clusters[pair.left] !== clusters[pair.right]) pair.decision = 'cut';
    }
    done('cluster');
    const clusterCount = new Set(clusters).size;
    const counts = { recordCount: records.length, candidatePairCount: pairs.length, clusterCount };
    return { pairs, clusters, report: { entity, ...counts, linkThreshold, reviewThreshold, cappedBlocks, steps } };
  } finally {
    duck.closeSync();
    instance.closeSync();
  }
}

async function load(
  duck: DuckDBConnection,
  entity: MatchEntity,
  records: readonly MatchRecord[],
  extras: readonly Extra[],
): Promise<void> {
  const columns = [...rowColumns, ...extras.map((_, at) => `extra_${at}`)];
  await duck.run(
    `/* match.rows */ create table plain (place integer, ${columns.map((name) => `${name} varchar`).join(', ')})`,
  );
  await duck.run(
    '/* match.keys */ create table block (rule integer, name varchar, key varchar, refined varchar, place integer)',
  );
  const rows = await duck.createAppender('plain');
  const keys = await duck.createAppender('block');
  const text = (appender: typeof rows, value: string | null) =>
    value === null ? appender.appendNull() : appender.appendVarchar(value);
  for (const [at, record] of records.entries()) {
    const row = matchRow(entity, record);
    rows.appendInteger(at);
    for (const column of rowColumns) text(rows, row[column]);
    for (const [index] of extras.entries()) text(rows, record.extra?.[index] ?? null);
    rows.endRow();
    const refine =
      entity === 'person' ? `${row.formal ?? ''} ${row.last?.slice(0, 2) ?? ''}` : (row.company?.slice(0, 6) ?? '');
    for (const [rule, [name, key]] of blockingKeys(entity, row).entries()) {
      keys.appendInteger(rule);
      keys.appendVarchar(name);
      keys.appendVarchar(key);
      keys.appendVarchar(`${key}|${refine}`);
      keys.appendInteger(at);
      keys.endRow();
    }
  }
  rows.closeSync();
  keys.closeSync();
  const counts = countedColumns.map((name) => `count(${name}) over (partition by ${name}) as ${name}_count`);
  await duck.run(
    `/* match.count */ create table standardised as select *, ${counts.join(', ')}, count(*) over () as n from plain`,
  );
}

async function block(duck: DuckDBConnection): Promise<MatchReport['cappedBlocks']> {
  await duck.run(`/* match.cap */ create table small as
    select name, key, place from block qualify count(*) over (partition by name, key) <= ${blockCap}
    union all select name, refined, place from (select * from block qualify count(*) over (partition by name, key) > ${blockCap})
      qualify count(*) over (partition by name, refined) <= ${blockCap}`);
  await duck.run(`/* match.candidate */ create table candidate as
    select l.place as l, r.place as r, min(l.name) as rule from small l join small r on l.name = r.name and l.key = r.key and l.place < r.place
    group by 1, 2`);
  const capped =
    await duck.runAndReadAll(`/* match.capped */ select name, count(*)::integer, sum(size * (size - 1) / 2)::double from (
    select name, refined, count(*) as size from (select * from block qualify count(*) over (partition by name, key) > ${blockCap})
    group by name, refined having count(*) > ${blockCap}) group by name order by name`);
  return capped.getRows().map(([rule, keyCount, pairCount]) => ({
    rule: String(rule),
    keyCount: Number(keyCount),
    notComparedPairCount: Number(pairCount),
  }));
}

/** How a column the model doesn't know is compared, by its kind: [least similarity of a near value, exact, near, differs]. */
const extraWeights: Record<CompareKind, [number, number, number, number]> = {
  name: [0.9, 5, 3.5, -3],
  text: [0.88, 4, 2.5, -1],
  category: [1, 1.5, 1.5, -1],
  date: [0.95, 7, 4, -3],
  number: [0.95, 4, 1, -1.5],
  id: [0.95, 10, 6, -3],
};

function extraComparison(extra: Extra, at: number): Comparison {
  const [near, exact, close, differs] = extraWeights[extra.kind];
  const column = `extra_${at}`;
  return {
    name: extra.name,
    levels: [
      { label: 'blank', when: `l.${column} is null or r.${column} is null`, weight: '0' },
      { label: 'same', when: `l.${column} = r.${column}`, weight: String(exact) },
      { label: 'near', when: `jaro_winkler_similarity(l.${column}, r.${column}) >= ${near}`, weight: String(close) },
      { label: 'differs', when: 'true', weight: String(differs) },
    ],
  };
}

async function compare(
  duck: DuckDBConnection,
  entity: MatchEntity,
  count: number,
  extras: readonly Extra[],
): Promise<MatchPair[]> {
  if (count < 2) return [];
  const prior = priorOf(count);
  const all = [...comparisons[entity], ...extras.map(extraComparison)];
  const columns = all.flatMap(({ levels }, at) => {
    const cases = (part: (index: number) => string) =>
      levels.map((level, index) => `when ${level.when} then ${part(index)}`).join(' ');
    return [
      `case ${cases(String)} else -1 end as level_${at}`,
      `(case ${cases((index) => levels[index]?.weight ?? '0')} else 0 end)::double as weight_${at}`,
    ];
  });
  const read = await duck.runAndReadAll(`/* match.compare */ select c.l, c.r, c.rule, ${columns.join(', ')}
    from candidate c join standardised l on l.place = c.l join standardised r on r.place = c.r order by c.l, c.r`);
  return read.getRows().map((values) => {
    const evidence = all.flatMap(({ name, levels }, at): Evidence[] => {
      const label = levels[Number(values[3 + at * 2])]?.label;
      if (label === undefined || label === 'blank') return [];
      return [{ field: name, level: label, weight: Math.round(Number(values[4 + at * 2]) * 100) / 100 }];
    });
    const weight = Math.round((prior + evidence.reduce((sum, part) => sum + part.weight, 0)) * 100) / 100;
    const decision = weight > linkThreshold ? 'link' : weight > reviewThreshold ? 'review' : 'cut';
    const [left, right, rule] = [Number(values[0]), Number(values[1]), String(values[2])];
    return { left, right, weight, probability: 1 / (1 + 2 ** -weight), decision, rule, evidence };
  });
}
