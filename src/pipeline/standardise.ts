/** One object's mirror rows into `standard.<table>` and into the evidence tables `standard.<entity>`. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { preparing, type Queryable } from '../db/connect.ts';
import { identifier, identifiers } from '../db/identifier.ts';
import { objectNamed } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { snakeCase } from '../model/name.ts';
import { systemColumns, type ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { type Scope, scopeOf, settleSql } from './standardise/scope.ts';
import { pgTypes, shapeTables, systemFields } from './standardise/tables.ts';
import { placeholders } from '../matcher/values/text.ts';

/**
 * Redoes the rows that moved in the mirror since the last time, by their version; all whose values differ after a change of
 * the definition or of a column's type; all the mirror has newer in a full sync. A field the mirror lacks gives null, a
 * missing mirror table no rows. `readCount` is the rows looked at. @param subject name of the object
 */
export async function standardise(context: Context, subject: string): Promise<StageResult> {
  const object = objectNamed(context.definitions, subject);
  await shapeTables(context);
  const found = await scopeOf(context, object);
  if (found === null || found.scope.isSettled) return { readCount: 0, changedCount: 0 };
  const { scope, present } = found;
  return context.write(async (tx) => {
    const work = { tx, object, present, connectionId: context.run.connectionId, scope };
    return scope.ids === null ? redoMany(work, context) : redoFew({ ...work, tx: preparing(tx) }, context);
  });
}

type Work = {
  tx: Queryable;
  object: ObjectDefinition;
  present: Map<string, string>;
  connectionId: string;
  scope: Scope;
};

async function redoMany(work: Work, context: Context): Promise<StageResult> {
  const { tx, object, scope } = work;
  const filled = await fill(work);
  await analyze(work, identifier('standard', object.table), ['connection_id', 'id', '_version'], filled.changedCount);
  let { changedCount } = filled;
  for (const entity of context.definitions.entities) {
    const fields = object.entities[entity.name];
    if (fields) changedCount += await fillEntity(work, entity, fields);
    else if (scope.kind === 'differing') changedCount += await retireAll(work, entity);
  }
  const newest = sql`select max(_version) from ${identifier('standard', object.table)} where connection_id = ${work.connectionId}`;
  await tx.query(sql`/* standardise.settle */ ${settleSql(context, object, scope, newest)}`);
  return { readCount: filled.readCount, changedCount };
}

/** All in one statement: for a few rows each costs more than what it does. */
async function redoFew(work: Work, context: Context): Promise<StageResult> {
  const { tx, object, scope } = work;
  const columns = objectColumns(work);
  const fresh = sql`select m.connection_id, m.id, m._version, ${join(columns.map(([column, expression]) => sql`${expression} as ${identifier(column)}`))}
    from ${identifier('mirror', object.table)} m where ${reached(work)}`;
  const own = columns.map(([column]) => [column, identifier('m', column)] as const);
  const steps = new Map([['put', upsertSql(identifier('standard', object.table), own, sql`from fresh m`)]]);
  for (const entity of context.definitions.entities) {
    const fields = object.entities[entity.name];
    if (!fields) continue;
    const { target, all, from, isLive } = evidence(work, entity, fields, sql`fresh`);
    steps.set(`put_${entity.name}`, upsertSql(target, all, sql`from ${from} where ${isLive}`));
    steps.set(
      `gone_${entity.name}`,
      sql`delete from ${target} t using ${from} where ${ownEvidence(work)} and t.id = m.id and not coalesce(${isLive}, false) returning 1`,
    );
  }
  const counts = [...steps.keys()].map((name) => sql`(select count(*) from ${identifier(name)})`);
  const newest = sql`select greatest((select max(_version) from put),
    (select max(_version) from ${identifier('standard', object.table)} where connection_id = ${work.connectionId}))`;
  const [row] = await tx.query<{
    read: number;
    changed: number;
  }>(sql`/* standardise.few */ with fresh as materialized (${fresh}),
    ${join([...steps].map(([name, step]) => sql`${identifier(name)} as (${step})`))}, settled as (${settleSql(context, object, scope, newest)})
    select (select count(*) from fresh)::int as read, (${join(counts, ' + ')})::int as changed`);
  return { readCount: row!.read, changedCount: row!.changed };
}

/**
 * Fresh figures after each bulk change: the planner joined tables it had only seen empty row by row, for minutes. Of the
 * key columns alone, which is quick; the autovacuum looks at the rest, and at what a few rows change.
 */
async function analyze({ tx, scope }: Work, table: Sql, keys: string[], changedCount: number): Promise<void> {
  if (changedCount > 0 && changedCount >= scope.recordCount / 10)
    await tx.query(sql`/* standardise.analyze */ analyze ${table} (${identifiers(keys)})`);
}

/** As the catalogue spells the types that need no cleaning. */
const typeNames: Record<string, string> = {
  numeric: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamptz: 'timestamp with time zone',
};

/** NFKC, white space as single blanks, blank as null. Printable ASCII with single blanks is so already: a look is cheaper than the work. */
function cleaned(column: Sql): Sql {
  const text = sql`${column}::text`;
  return sql`case when ${text} ~ '^[!-~]+( [!-~]+)*$' then ${text}
    else nullif(btrim(regexp_replace(normalize(${text}, nfkc), '\\s+', ' ', 'g')), '') end`;
}

/** The first non-blank of the fields, cleaned; null when the mirror has none of them. */
function value(from: string | string[], type: string, present: Map<string, string>): Sql {
  const found = [from]
    .flat()
    .map(snakeCase)
    .filter((column) => present.has(column));
  if (found.length === 0) return sql`null::${raw(type)}`;
  const parts = found.map((column) => {
    const from = sql`m.${identifier(column)}`;
    // Typed by the mirror already: nothing to clean.
    if (typeNames[type] === present.get(column)) return from;
    const text = cleaned(from);
    if (type !== 'text') return sql`(${text})::${raw(type)}`;
    return sql`case when lower(${text}) = any (${[...placeholders]}::text[]) then null else ${text} end`;
  });
  return sql`coalesce(${join(parts)})`;
}

/** Columns of the object's own table, each with what fills it from `m`, a row of the mirror. */
function objectColumns({ object, present }: Work): (readonly [string, Sql])[] {
  const system = Object.entries(systemFields).map(([column, field]) => {
    const found = value(field, systemColumns[column as keyof typeof systemFields], present);
    return [
      column,
      column === 'is_deleted' ? sql`(m._deleted_at is not null or coalesce(${found}, false))` : found,
    ] as const;
  });
  const own = Object.entries(object.fields).map(
    ([column, field]) => [column, value(field.from, pgTypes[field.type], present)] as const,
  );
  return [...system, ...own.filter(([column]) => !(column in systemColumns))];
}

async function fill(work: Work): Promise<{ readCount: number; changedCount: number }> {
  const { object, scope } = work;
  const [source, target] = [identifier('mirror', object.table), identifier('standard', object.table)];
  const newer = sql`from ${source} m left join ${target} s using (connection_id, id)
    where m.connection_id = ${work.connectionId} and (s._version is null or s._version < m._version)`;
  const from = scope.kind === 'newer' ? newer : sql`from ${source} m where ${reached(work)}`;
  const looked = sql`, (select count(*) from ${source} m where ${reached(work)})::int as read`;
  return upsert(work, target, objectColumns(work), from, looked);
}

/** The rows of the mirror to look at. */
function reached({ connectionId, scope }: Work): Sql {
  const all = sql`m.connection_id = ${connectionId}`;
  if (scope.kind !== 'moved') return all;
  return scope.ids === null
    ? sql`${all} and m._version > ${scope.since}`
    : sql`${all} and m.id = any (${scope.ids}::text[])`;
}

/** @param looked counts the rows looked at, where they are told */
async function upsert(
  work: Work,
  target: Sql,
  all: (readonly [string, Sql])[],
  from: Sql,
  looked: Sql = empty,
): Promise<{ readCount: number; changedCount: number }> {
  const [row] = await work.tx.query<{ read?: number; changed: number }>(sql`/* standardise.upsert */
    with done as (${upsertSql(target, all, from)})${moveRecords(work)} select (select count(*) from done)::int as changed${looked}`);
  return { readCount: row?.read ?? 0, changedCount: row?.changed ?? 0 };
}

/**
 * A row of the mirror's version is there already only where the definition is another now: a row that changes by that
 * takes a version of its own, so that later stages see it move.
 */
function upsertSql(target: Sql, all: (readonly [string, Sql])[], from: Sql): Sql {
  const columns = all.map(([column]) => column);
  const set = join(columns.map((column) => sql`${identifier(column)} = ${identifier('excluded', column)}`));
  return sql`insert into ${target} as t (connection_id, id, _version, ${identifiers(columns)})
    select m.connection_id, m.id, m._version, ${join(all.map(([, expression]) => expression))} ${from}
    on conflict (connection_id, id) do update set ${set},
      _version = case when t._version < excluded._version then excluded._version else nextval('mirror.version') end
    where t._version < excluded._version or (${identifiers(columns, 't')}) is distinct from (${identifiers(columns, 'excluded')})
    returning t.id, t._version`;
}

/**
 * Later stages learn from the record's own row that its evidence moved: it takes a new version where a definition changed the
 * evidence alone.
 */
function moveRecords({ object, connectionId, scope }: Work): Sql {
  if (scope.kind !== 'differing' || scope.before === '-1') return empty;
  return sql`, moved as (update ${identifier('standard', object.table)} r set _version = nextval('mirror.version') from done
    where r.connection_id = ${connectionId} and r.id = done.id and r._version <= ${scope.before})`;
}

/**
 * What fills the evidence of an entity: its columns from `from`, rows `m` of the mirror joined with `r`, rows of the object's own
 * table, where `isLive`. @param own where those come from
 */
function evidence(
  { object, present }: Work,
  entity: EntityDefinition,
  fields: Record<string, string | string[]>,
  own: Sql,
): { target: Sql; all: (readonly [string, Sql])[]; from: Sql; isLive: Sql } {
  return {
    target: identifier('standard', entity.name),
    all: [
      ['object', sql`${object.name}::text`],
      ['modified_at', sql`r.modified_at`],
      ...Object.keys(entity.fields).map((field) => [field, value(fields[field] ?? [], 'text', present)] as const),
    ],
    from: sql`${identifier('mirror', object.table)} m join ${own} r using (connection_id, id)`,
    isLive: sql`not r.is_deleted and (${raw(object.entityWhen)})`,
  };
}

/** Rows `t` of the evidence. */
function ownEvidence({ connectionId, object }: Work): Sql {
  return sql`t.connection_id = ${connectionId} and t.object = ${object.name}`;
}

async function fillEntity(
  work: Work,
  entity: EntityDefinition,
  fields: Record<string, string | string[]>,
): Promise<number> {
  const { object, connectionId, scope } = work;
  const own = identifier('standard', object.table);
  const { target, all, from: both, isLive } = evidence(work, entity, fields, own);
  const newer = sql`from ${both} left join ${target} s using (connection_id, id)
    where m.connection_id = ${connectionId} and ${isLive} and (s._version is null or s._version < m._version)`;
  const from = scope.kind === 'newer' ? newer : sql`from ${both} where ${reached(work)} and ${isLive}`;
  const { changedCount } = await upsert(work, target, all, from);
  await analyze(work, target, ['connection_id', 'object', 'id', '_version'], changedCount);
  // Of the first load nothing can be gone.
  if (scope.before === '-1') return changedCount;
  const gone =
    scope.kind === 'moved'
      ? sql`using ${both} where ${ownEvidence(work)} and t.id = m.id and ${reached(work)} and not coalesce(${isLive}, false)`
      : sql`where ${ownEvidence(work)} and not exists (select from ${both} where m.connection_id = ${connectionId} and m.id = t.id and ${isLive})`;
  return changedCount + (await retire(work, target, gone));
}

async function retire(work: Work, target: Sql, which: Sql): Promise<number> {
  const [row] = await work.tx.query<{ count: number }>(sql`/* standardise.retire */
    with done as (delete from ${target} t ${which} returning t.id)${moveRecords(work)} select count(*)::int as count from done`);
  return row?.count ?? 0;
}

/** What the object was evidence of by another definition. */
function retireAll(work: Work, entity: EntityDefinition): Promise<number> {
  return retire(work, identifier('standard', entity.name), sql`where ${ownEvidence(work)}`);
}
