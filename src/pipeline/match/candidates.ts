/** The keys of `record` into `candidate` (l, r, rule): pairs worth comparing, each once, under the first rule that yields it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { blockingRules, refinementKeys } from './blocking.ts';
import type { Layout } from './definition.ts';

/** What a rule made, and what it left out because a key was shared by too many. */
export type RuleCount = {
  rule: string;
  pairCount: number;
  /** Largest block compared whole. */
  cap: number;
  cappedKeyCount: number;
  /** Pairs within capped keys that no refinement brought together; another rule may still have. */
  notComparedPairCount: number;
};

/** Block sizes tried as cap, largest first: the first that keeps the rule within its budget of pairs is taken. */
const caps = [300, 150, 80, 50, 30, 20, 12, 8, 5];
/** Pairs a rule may yield: some for every record, and enough for a small file to be compared generously. */
const budget = (recordCount: number): number => 1.2 * recordCount + 300_000;

async function numbers(duck: DuckDBConnection, statement: string): Promise<number[][]> {
  return (await duck.runAndReadAll(statement)).getRows().map((row) => row.map(Number));
}

/** The largest cap whose blocks hold no more pairs than the budget. */
function capFor(sizes: number[][], most: number): number {
  for (const cap of caps) {
    let pairs = 0;
    for (const [size = 0, count = 0] of sizes) if (size <= cap) pairs += (count * size * (size - 1)) / 2;
    if (pairs <= most) return cap;
  }
  return caps.at(-1) as number;
}

const pairsOf = (source: string) =>
  `select l.place as l, r.place as r from ${source} l join ${source} r on l.h = r.h and l.place < r.place`;

/** @param told one line a rule */
export async function findCandidates(
  duck: DuckDBConnection,
  layout: Layout,
  filled: ReadonlySet<string>,
  recordCount: number,
): Promise<{ rules: string[]; counts: RuleCount[] }> {
  const rules = blockingRules(layout, filled);
  const counts: RuleCount[] = [];
  const refinements = refinementKeys(layout);
  await duck.run('create or replace table found (l integer, r integer, rule utinyint)');
  for (const [index, { name, key, many }] of rules.entries()) {
    await duck.run(`/* match.key */ create or replace temp table block as select hash(key) as h, place from (
      select place, ${many ? `unnest(${key})` : key} as key from record) where key is not null`);
    await duck.run(
      '/* match.size */ create or replace temp table size as select h, count(*)::integer as size from block group by h having count(*) > 1',
    );
    const sizes = await numbers(duck, 'select size, count(*)::integer from size group by size');
    const cap = capFor(sizes, budget(recordCount));
    await duck.run(
      `/* match.block */ create or replace temp table small as select b.h, b.place from block b join size s on s.h = b.h and s.size <= ${cap}`,
    );
    await duck.run(`/* match.pair */ insert into found select distinct l, r, ${index} from (${pairsOf('small')})`);
    let [cappedKeyCount, left] = [0, 0];
    for (const [size = 0, count = 0] of sizes) {
      if (size <= cap) continue;
      cappedKeyCount += count;
      left += (count * size * (size - 1)) / 2;
    }
    if (cappedKeyCount > 0) left -= await refine(duck, refinements, cap, index, budget(recordCount));
    const [[pairCount = 0] = []] = await numbers(duck, `select count(*) from found where rule = ${index}`);
    counts.push({ rule: name, pairCount, cap, cappedKeyCount, notComparedPairCount: Math.max(0, left) });
  }
  await duck.run(
    '/* match.candidate */ create or replace table candidate as select l, r, min(rule) as rule from found group by l, r',
  );
  for (const table of ['found', 'block', 'size', 'small']) await duck.run(`drop table ${table}`);
  return { rules: rules.map(({ name }) => name), counts };
}

/** Within the oversized blocks, pairs that share a refinement too. Returns how many were added. */
async function refine(
  duck: DuckDBConnection,
  refinements: string[],
  cap: number,
  index: number,
  most: number,
): Promise<number> {
  await duck.run(`/* match.refine */ create or replace temp table large as
    select b.h, r.* from block b join size s on s.h = b.h and s.size > ${cap} join record r using (place)`);
  const keys = refinements.map(
    (key, at) =>
      `select hash(h, ${at}, key) as h, place from (select h, place, ${key} as key from large) where key is not null`,
  );
  await duck.run(`create or replace temp table fine as ${keys.join(' union all ')}`);
  await duck.run(
    'create or replace temp table fine_size as select h, count(*)::integer as size from fine group by h having count(*) > 1',
  );
  const fineCap = capFor(await numbers(duck, 'select size, count(*)::integer from fine_size group by size'), most);
  await duck.run(
    `create or replace temp table small as select b.h, b.place from fine b join fine_size s on s.h = b.h and s.size <= ${fineCap}`,
  );
  const [[added = 0] = []] = await numbers(
    duck,
    `insert into found select distinct l, r, ${index} from (${pairsOf('small')})`,
  );
  for (const table of ['large', 'fine', 'fine_size']) await duck.run(`drop table ${table}`);
  return added;
}
