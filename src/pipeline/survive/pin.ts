/** Standing pins by the living golden id they hold for now, through every merge since they were set. */
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { isSet } from './layout.ts';
import { within } from './member.ts';
import type { ActivePin } from './survivor.ts';

/** @param ids living golden ids; null for all */
export async function readPins(
  tx: Queryable,
  entity: EntityDefinition,
  ids: string[] | null,
): Promise<Map<string, ActivePin[]>> {
  const rows = await tx.query<ActivePin & { golden_id: string }>(sql`/* survive.pins */ ${pinsSql(entity, ids)}`);
  return Map.groupBy(rows, (row) => row.golden_id);
}

/** Of two pins that meet on one id the newer holds. */
function pinsSql(entity: EntityDefinition, ids: string[] | null): Sql {
  const singles = Object.keys(entity.fields).filter((field) => !isSet(entity, field));
  return sql`with recursive heir as (
      select p.id, p.golden_id from review.pin p where p.lifted_at is null
      union all
      select heir.id, i.retired_into from heir join golden.identity i using (golden_id) where i.retired_into is not null)
    select distinct on (i.golden_id, p.field) i.golden_id, p.id, p.field, p.value,
      (p.pinned_at at time zone 'UTC')::text as pinned_at
    from heir join golden.identity i using (golden_id) join review.pin p on p.id = heir.id
    where i.retired_at is null and i.entity = ${entity.name} and p.field = any (${singles}::text[])
      and exists (select from golden.crosswalk x where x.golden_id = i.golden_id) ${within(sql`i.golden_id`, ids)}
    order by i.golden_id, p.field, p.pinned_at desc, p.id desc`;
}
