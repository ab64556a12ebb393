/** Of the records of one object that stand for one golden record: which is to stay when they are merged. */
import sql, { empty, type Sql } from 'sql-template-tag';
import { identifier } from '../db/identifier.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';

/**
 * SQL of `candidate` (golden_id, id, place): of each golden record the records of the object by how much they are worth, 1 the master: the
 * one most of the surviving values come from, the oldest of those.
 * @param only a further condition on `r`, the standardised record
 */
export function mastersSql(
  { connectionId, object, entity }: { connectionId: string; object: ObjectDefinition; entity: EntityDefinition },
  goldenIds: readonly string[],
  only: Sql = empty,
): Sql {
  return sql`grouped as materialized (select x.golden_id, x.id from golden.crosswalk x
      where x.golden_id = any (${goldenIds}::text[]) and x.entity = ${entity.name} and x.connection_id = ${connectionId}
        and x.object = ${object.name}),
    given as (select p.golden_id, p.id, count(*) as n from golden.provenance p
      where p.golden_id = any (${goldenIds}::text[]) and p.connection_id = ${connectionId} group by 1, 2),
    candidate as (select g.golden_id, g.id, row_number() over (partition by g.golden_id
        order by given.n desc nulls last, r.created_at, g.id) as place
      from grouped g join ${identifier('standard', object.table)} r on r.connection_id = ${connectionId} and r.id = g.id
        and r.is_deleted is not true ${only}
      left join given on given.golden_id = g.golden_id and given.id = g.id)`;
}
