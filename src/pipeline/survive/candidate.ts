/** An entity's definition becomes the SQL of its candidates: one row per golden id, field and record that has a value. */
import sql, { join, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { ObjectDefinition } from '../../model/object.ts';

/** Columns: golden_id, connection_id, id, field, field_group, strategy, value (text), value_since. */
export function candidates(entity: EntityDefinition, objects: ObjectDefinition[]): Sql {
  const parts = objects
    .filter((object) => entity.name in object.entities)
    .map((object) => objectCandidates(entity, object))
    .filter((part) => part !== null);
  if (parts.length > 0) return join(parts, '\nunion all\n');
  return sql`select null::text golden_id, null::text connection_id, null::text id, null::text field,
    null::text field_group, null::text strategy, null::text value, null::timestamptz value_since where false`;
}

function objectCandidates(entity: EntityDefinition, object: ObjectDefinition): Sql | null {
  const rows = Object.entries(object.entities[entity.name]!).flatMap(([field, from]) => {
    const { survivor, with: leader } = entity.fields[field]!;
    // The first source with a value speaks for the record, as in the standard column itself; the rest stay silent.
    return [from].flat().flatMap((apiName, rank) => {
      const column = columnOf(object, apiName);
      if (column === null) return [];
      const value = sql`${identifier('r', column)}::text`;
      return [sql`(${field}, ${leader ?? field}, ${survivor}, ${apiName}, ${rank}, ${value})`];
    });
  });
  if (rows.length === 0) return null;
  return sql`(
    select distinct on (x.golden_id, x.connection_id, x.id, v.field)
      x.golden_id, x.connection_id, x.id, v.field, v.field_group, v.strategy, v.value,
      coalesce(h.value_since, r.modified_at) as value_since
    from golden.crosswalk x
    join ${identifier('standard', object.table)} r on r.connection_id = x.connection_id and r.id = x.id
    cross join lateral (values ${join(rows)}) v (field, field_group, strategy, source, source_rank, value)
    left join mirror.field_history h on h.connection_id = x.connection_id and h.object = x.object
      and h.record_id = x.id and h.field = v.source
    where x.entity = ${entity.name} and x.object = ${object.name} and v.value is not null
    order by x.golden_id, x.connection_id, x.id, v.field, v.source_rank::int)`;
}

function columnOf(object: ObjectDefinition, apiName: string): string | null {
  const found = Object.entries(object.fields).find(([, field]) => [field.from].flat().includes(apiName));
  return found ? found[0] : null;
}
