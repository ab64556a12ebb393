/** The definitions become the view golden.provenance: what is stored of it, and what follows where one record stands alone. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { escapeLiteral } from 'pg';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { isSet, layoutsOf, type ObjectLayout } from './layout.ts';
import { strategyOf } from './survivor.ts';

/**
 * Nine golden records in ten are one record that nobody pinned: their values are its own, so that storing a row for each would
 * say once more what crosswalk, standard and field history say, at seven times the rows.
 */
export function provenanceSql({ entities, objects }: Definitions): Sql {
  const lone = entities.flatMap((entity) =>
    layoutsOf(entity, objects).flatMap((layout) => loneSql(entity, layout) ?? []),
  );
  const stored = sql`select golden_id, field, place, value, value_since, value_since_is, last_confirmed_at, connection_id, id, strategy, decided_by, pin_id
    from golden.proof`;
  return join([stored, ...lone], '\nunion all\n');
}

/** Golden records of one record of this object: the values as they survived, with the age of the record's own. */
function loneSql(entity: EntityDefinition, layout: ObjectLayout): Sql | null {
  if (layout.saying.size === 0) return null;
  const fields = [...layout.saying.keys()];
  const singles = fields.filter((field) => !isSet(entity, field)).map((field) => singleSql(entity, layout, field));
  const sets = fields.filter((field) => isSet(entity, field)).map((field) => setSql(entity, layout, field));
  const values = [...(singles.length > 0 ? [sql`values ${join(singles)}`] : []), ...sets];
  return sql`select g.golden_id, v.field, v.place, v.value, coalesce(h.value_since, f.modified_at, r.modified_at),
    case when h.value_since_is_bound is false then 'fact' when coalesce(h.value_since, f.modified_at, r.modified_at) is not null then 'bound' end,
    coalesce(h.last_confirmed_at, f.modified_at, r.modified_at), x.connection_id, x.id, v.strategy, v.decided_by, null::text
  from ${identifier('golden', entity.name)} g
  join golden.crosswalk x on x.golden_id = g.golden_id and x.entity = ${text(entity.name)} and x.object = ${text(layout.object)}
  join ${identifier('standard', layout.table)} r on r.connection_id = x.connection_id and r.id = x.id
  left join mirror.first_seen f on f.connection_id = x.connection_id and f.object = x.object and f.record_id = x.id
  cross join lateral (${join(values, ' union all ')}) v (field, place, value, source, strategy, decided_by)
  left join mirror.field_history h on h.connection_id = x.connection_id and h.object = x.object
    and h.record_id = x.id and h.field = v.source
  where g.record_count = 1 and v.value is not null and not exists (select from golden.proof p where p.golden_id = g.golden_id)`;
}

/** A row of `values`. */
function singleSql(entity: EntityDefinition, layout: ObjectLayout, field: string): Sql {
  const leader = entity.fields[field]!.with;
  const decidedBy =
    leader === undefined
      ? text('only value')
      : sql`case when ${identifier('g', leader)} is null then 'fullest record' else ${text(`follows ${leader}`)} end`;
  const speaker = sourcesOf(layout, field).map(
    ({ column, apiName }) => sql`when ${identifier('r', column)} is not null then ${text(apiName)}`,
  );
  return sql`(${text(field)}, 0, ${identifier('g', field)}::text, case ${join(speaker, ' ')} end,
    ${text(strategyOf(entity, field))}, ${decidedBy})`;
}

/** The elements of a set, each with the source that says it: of two that say the same the one that has longer changed. */
function setSql(entity: EntityDefinition, layout: ObjectLayout, field: string): Sql {
  const sources = sourcesOf(layout, field).map(
    ({ column, apiName }, at) => sql`(${raw(String(at))}, ${text(apiName)}, ${identifier('r', column)}::text)`,
  );
  return sql`select ${text(field)}, e.place::int - 1, e.value, (
      select s.source from (values ${join(sources)}) s (at, source, value)
      left join mirror.field_history h on h.connection_id = x.connection_id and h.object = x.object
        and h.record_id = x.id and h.field = s.source
      where s.value = e.value order by coalesce(h.value_since, f.modified_at, r.modified_at) desc nulls last, s.at limit 1),
    ${text(strategyOf(entity, field))}, 'union'
    from unnest(${identifier('g', field)}) with ordinality e (value, place)`;
}

const sourcesOf = ({ sources, saying }: ObjectLayout, field: string) =>
  saying.get(field)!.map((place) => sources[place]!);

/** A view takes no parameters. */
const text = (value: string): Sql => raw(escapeLiteral(value));
