/** An entity's definition becomes the SQL of its candidates: one row per golden id, field and record that has a value. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { ObjectDefinition } from '../../model/object.ts';

/**
 * Columns: golden_id, connection_id, object, id, field, field_group, source, value (text), value_since, is_doubted. A set
 * has a row for each source that has a value; any other field speaks by the first of them.
 * @param ids golden ids to look at; null for all
 */
export function candidates(entity: EntityDefinition, objects: ObjectDefinition[], ids: readonly string[] | null): Sql {
  const parts = objects
    .filter((object) => entity.name in object.entities)
    .map((object) => objectCandidates(entity, object, ids))
    .filter((part) => part !== null);
  if (parts.length > 0) return join(parts, '\nunion all\n');
  return sql`select null::text golden_id, null::text connection_id, null::text object, null::text id, null::text field,
    null::text field_group, null::text source, null::text value, null::timestamptz value_since, null::bool is_doubted
    where false`;
}

function objectCandidates(
  entity: EntityDefinition,
  object: ObjectDefinition,
  ids: readonly string[] | null,
): Sql | null {
  const mapping = object.entities[entity.name] ?? {};
  const rows = Object.entries(entity.fields).flatMap(([name, field]) => {
    const doubt = field.doubt[object.name];
    const doubted = doubt === undefined ? sql`false` : sql`coalesce((${raw(doubt)}), false)`;
    const sources = [mapping[name] ?? mapping[field.of ?? ''] ?? []].flat().flatMap((apiName) => {
      const column = columnOf(object, apiName);
      return column === null ? [] : [{ apiName, value: sql`${identifier('r', column)}::text` }];
    });
    // The first source with a value speaks for the record, as in the standard column itself; of a set each one does.
    const speakers = field.survivor.includes('union') ? sources.map((source) => [source]) : [sources];
    return speakers
      .filter(({ length }) => length > 0)
      .map(
        (said) => sql`(${name}, ${field.with ?? name},
          case ${join(
            said.map(({ apiName, value }) => sql`when ${value} is not null then ${apiName}`),
            ' ',
          )} end,
          coalesce(${join(said.map(({ value }) => value))}), ${doubted})`,
      );
  });
  if (rows.length === 0) return null;
  return sql`(
    select x.golden_id, x.connection_id, x.object, x.id, v.field, v.field_group, v.source, v.value,
      coalesce(h.value_since, r.modified_at) as value_since, v.is_doubted
    from golden.crosswalk x
    join ${identifier('standard', object.table)} r on r.connection_id = x.connection_id and r.id = x.id
    cross join lateral (values ${join(rows)}) v (field, field_group, source, value, is_doubted)
    left join mirror.field_history h on h.connection_id = x.connection_id and h.object = x.object
      and h.record_id = x.id and h.field = v.source
    where x.entity = ${entity.name} and x.object = ${object.name} and v.value is not null ${within(sql`x.golden_id`, ids)})`;
}

function columnOf(object: ObjectDefinition, apiName: string): string | null {
  const found = Object.entries(object.fields).find(([, field]) => [field.from].flat().includes(apiName));
  return found ? found[0] : null;
}

/** Limits to golden ids; null for all. An array, since the planner knows its length and then goes by index. */
export function within(column: Sql, ids: readonly string[] | null): Sql {
  return ids === null ? empty : sql`and ${column} = any (${ids}::text[])`;
}
