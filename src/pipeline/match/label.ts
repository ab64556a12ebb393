/** What reviewers said of pairs, as labels a model learns from. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { MatchEntity } from './definition.ts';
import { unsureFrom } from './threshold.ts';

/** A pair of records by place, and whether it is of one entity. */
export type Label = {
  l: number;
  r: number;
  same: boolean;
  /**
   * The reviewer was asked because its weight was near even odds: a fair sample of such weights. Who parts what was linked, or
   * finds what nobody compared, tells of an exception, which says nothing of where linking should start.
   */
  isUnsure: boolean;
};

/** @param weight when the pair was decided, in bits above the link threshold; null: never compared */
export function isUnsure(weight: number | null): boolean {
  return weight !== null && weight > unsureFrom && weight <= 0;
}

/** New decisions that make a training worth it. */
const enough = 20;

/** Up to which decision there is something to learn, and whether there is enough beyond `learnt`. */
export async function labelsSince(
  db: Queryable,
  entity: MatchEntity,
  learnt: string,
): Promise<{ version: string; isEnough: boolean }> {
  const [row] = await db.query<{ version: string; count: string }>(sql`/* match.labels */
    select coalesce(max(version), 0) as version, count(*) filter (where version > ${learnt}) as count
    from review.decision where entity = ${entity}`);
  return { version: row?.version ?? '0', isEnough: Number(row?.count ?? 0) >= enough };
}

export type Said = { l: string; r: string; same: boolean; wasLinked: boolean; weight: number | null };

/** Standing decisions about values that are still as the reviewer saw them, by keys "connection id". */
export async function readSaid(db: Queryable, entity: MatchEntity): Promise<Said[]> {
  const table = identifier('standard', entity);
  return db.query<Said>(sql`/* match.label */
    select d.l_connection_id || ' ' || d.l_id as l, d.r_connection_id || ' ' || d.r_id as r, d.kind = 'same' as same,
      coalesce(p.weight > 0, false) as "wasLinked", d.weight
    from review.decision d
    join ${table} x on x.connection_id = d.l_connection_id and x.id = d.l_id
    join ${table} y on y.connection_id = d.r_connection_id and y.id = d.r_id
    left join match.pair p on (p.entity, p.l_connection_id, p.l_id, p.r_connection_id, p.r_id)
      = (d.entity, d.l_connection_id, d.l_id, d.r_connection_id, d.r_id)
    where d.entity = ${entity} and d.undone_at is null and review.value_hash(to_jsonb(x)) = d.l_value_hash
      and review.value_hash(to_jsonb(y)) = d.r_value_hash order by 1, 2`);
}
