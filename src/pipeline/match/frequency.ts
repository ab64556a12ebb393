/** How often each value occurs, as a rarity class: the floor of -log2 of its share, so that agreement can be weighed by it. */
import type { DuckDBConnection } from '@duckdb/node-api';

/** Rarity classes 0..mostRarity; a value rarer than 1 in 2^14 says no more than one of that share. */
export const mostRarity = 14;

/** What a column's values say of chance: by rarity class, how many records and how many pairs that agree. */
export type Rarity = {
  /** Class of a value not in the list: as rare as one seen once. */
  most: number;
  /** Records with a value, by class. */
  recordCount: number[];
  /** Pairs of records agreeing on the value, by class. */
  pairCount: number[];
};

export const rarityColumn = (column: string): string => `${column}_rarity`;

/** Fills table `rarity_<column>` (value, rarity) with the values commoner than the commonest class of a single one. */
export async function countValues(duck: DuckDBConnection, column: string): Promise<Rarity> {
  await duck.run(`/* match.count */ create or replace temp table counted as
    select ${column} as value, count(*) as count from plain where ${column} is not null group by all`);
  const read = await duck.runAndReadAll(`select coalesce(sum(count), 0)::double from counted`);
  const total = Math.max(1, Number(read.getRows()[0]?.[0] ?? 0));
  const most = Math.min(mostRarity, Math.floor(Math.log2(total)));
  const classOf = `least(${most}, floor(log2(${total} / count)))::utinyint`;
  await duck.run(`create or replace table rarity_${column} as
    select value, ${classOf} as rarity from counted where ${classOf} < ${most}`);
  const sums = await duck.runAndReadAll(
    `select ${classOf}, sum(count)::double, sum(count * (count - 1) / 2)::double from counted group by 1 order by 1`,
  );
  const rarity: Rarity = { most, recordCount: Array(most + 1).fill(0), pairCount: Array(most + 1).fill(0) };
  for (const [at, recordCount, pairCount] of sums.getRows().map((row) => row.map(Number))) {
    rarity.recordCount[at as number] = recordCount as number;
    rarity.pairCount[at as number] = pairCount as number;
  }
  await duck.run('drop table counted');
  return rarity;
}
