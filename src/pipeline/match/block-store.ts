/** Blocking keys into the records of `match.<entity>_record` that have them: the blocks of what was matched, as the matcher asks for them. */
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { keySql } from '../../db/record-key.ts';
import type { Keyed, Store } from '../../matcher/block/blocked.ts';
import { keyOf, type RecordKey } from '../../model/record-key.ts';

export function blockStore(tx: Queryable, entity: string): Store {
  const table = identifier('match', `${entity}_record`);
  return {
    members: (wanted) => readMembers(tx, table, wanted),
    refined: (wanted) => readRefined(tx, table, wanted),
  };
}

async function readMembers(tx: Queryable, table: Sql, wanted: { code: number; most: number }[]): Promise<string[][]> {
  const found: string[][] = wanted.map(() => []);
  if (wanted.length === 0) return found;
  const rows = await tx.query<{ at: number; key: string }>(sql`/* match.block */
      select w.at::int, ${keySql('r')} as key
      from unnest(${wanted.map(({ code }) => code)}::bigint[], ${wanted.map(({ most }) => most)}::int[]) with ordinality w (code, most, at)
      cross join lateral (select * from ${table} r where r.keys @> array[w.code] limit w.most) r`);
  for (const { at, key } of rows) (found[at - 1] as string[]).push(key);
  return found;
}

async function readRefined(
  tx: Queryable,
  table: Sql,
  wanted: { code: number; refinements: number[] }[],
): Promise<Keyed[][]> {
  const found: Keyed[][] = wanted.map(() => []);
  if (wanted.length === 0) return found;
  // One look for each pair: asked for any of several refinements at once, the rows had to be unpacked to see which, ten times as slow.
  const asked = wanted.flatMap(({ code, refinements }, at) =>
    refinements.map((refinement) => ({ at, code, refinement })),
  );
  const rows = await tx.query<RecordKey & { pair: number }>(sql`/* match.refined */
      select w.pair::int, r.connection_id, r.id
      from unnest(${asked.map(({ code }) => code)}::bigint[], ${asked.map(({ refinement }) => refinement)}::bigint[])
        with ordinality w (code, refinement, pair)
      join ${table} r on r.keys @> array[w.code, w.refinement]`);
  for (const row of rows) {
    const { at, refinement } = asked[row.pair - 1]!;
    found[at]!.push({ key: keyOf(row), codes: [refinement] });
  }
  return found;
}
