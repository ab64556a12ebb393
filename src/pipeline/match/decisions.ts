/** The decisions of reviewers about an entity, read as labels a model learns from. */
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { keySql } from '../../db/record-key.ts';

/** Up to which decision, or undoing of one, there is something to learn. */
export async function newestLabel(db: Queryable, entity: string): Promise<string> {
  const [row] = await db.query<{ version: string }>(sql`/* match.newest_label */
    select coalesce(max(version), 0) as version from review.decision where entity = ${entity}`);
  return row?.version ?? '0';
}

/** SQL of the count of pairs on which the decision is another now than at version `learnt`: one that was undone and made again is no news. */
export function newsSql(entity: string, learnt: Sql): Sql {
  const decided = sql`kind || l_value_hash || r_value_hash`;
  return sql`select count(*) as count from (
      select max(${decided}) filter (where undone_at is null) as now, max(${decided}) filter (
        where coalesce(decided_version, version) <= ${learnt} and (undone_at is null or version > ${learnt})) as known
      from review.decision where entity = ${entity} group by l_connection_id, l_id, r_connection_id, r_id) pair
    where now is distinct from known`;
}

export type DecidedPair = { l: string; r: string; same: boolean; wasLinked: boolean; weight: number | null };

/** Standing decisions about values that are still as the reviewer saw them, by the keys of their records. */
export async function readDecided(db: Queryable, entity: string): Promise<DecidedPair[]> {
  const table = identifier('standard', entity);
  return db.query<DecidedPair>(sql`/* match.label */
    select ${keySql('d', 'l_')} as l, ${keySql('d', 'r_')} as r, d.kind = 'same' as same,
      coalesce(p.weight > 0, false) as "wasLinked", d.weight
    from review.decision d
    join ${table} x on x.connection_id = d.l_connection_id and x.id = d.l_id
    join ${table} y on y.connection_id = d.r_connection_id and y.id = d.r_id
    left join match.pair p on (p.entity, p.l_connection_id, p.l_id, p.r_connection_id, p.r_id)
      = (d.entity, d.l_connection_id, d.l_id, d.r_connection_id, d.r_id)
    where d.entity = ${entity} and d.undone_at is null and review.value_hash(to_jsonb(x)) = d.l_value_hash
      and review.value_hash(to_jsonb(y)) = d.r_value_hash order by 1, 2`);
}
