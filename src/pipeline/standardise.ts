/** One object's mirror rows into `standard.<table>` and into the evidence tables `standard.<entity>`. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { identifier, identifiers } from '../db/identifier.ts';
import { type Definitions, objectNamed } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { snakeCase } from '../model/name.ts';
import { systemColumns, type ColumnType, type ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { placeholders } from './standardise/text.ts';

const pgTypes: Record<ColumnType, string> = {
  text: 'text',
  id: 'text',
  number: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};
const systemFields = {
  created_at: 'CreatedDate',
  created_by_id: 'CreatedById',
  modified_at: 'LastModifiedDate',
  modified_by_id: 'LastModifiedById',
  is_deleted: 'IsDeleted',
} as const;

/**
 * Redoes the rows whose version differs from the mirror's. A field the mirror lacks gives null, a missing mirror table
 * no rows. @param subject name of the object
 */
export async function standardise(context: Context, subject: string): Promise<StageResult> {
  const object = objectNamed(context.definitions, subject);
  return context.write(async (tx) => {
    await createTables(tx, object, context.definitions.entities);
    await createOthers(tx, context.definitions);
    const present = await mirrorColumns(tx, object.table);
    if (present.size === 0) return { readCount: 0, changedCount: 0 };
    // Fresh figures after each bulk change: the planner joined tables it had only seen empty row by row, for minutes.
    let changedCount = await fill(tx, object, present, context.run.connectionId);
    if (changedCount > 0)
      await tx.query(sql`/* standardise.analyze */ analyze ${identifier('standard', object.table)}`);
    for (const [name, fields] of Object.entries(object.entities)) {
      const entity = context.definitions.entities.find((one) => one.name === name);
      if (entity) changedCount += await fillEntity(tx, object, entity, fields, present, context.run.connectionId);
    }
    const [total] = await tx.query<{ count: number }>(sql`/* standardise.count */
      select count(*)::int as count from ${identifier('mirror', object.table)} where connection_id = ${context.run.connectionId}`);
    return { readCount: total?.count ?? 0, changedCount };
  });
}

async function createTables(tx: Queryable, object: ObjectDefinition, entities: EntityDefinition[]): Promise<void> {
  const own = Object.entries(object.fields).map(([name, field]) => [name, pgTypes[field.type]] as const);
  await create(tx, object.table, [...Object.entries(systemColumns), ...own]);
  for (const { money } of entities) {
    if (money?.object !== object.name || money.column === 'id') continue;
    await tx.query(sql`/* standardise.money */ create index if not exists ${identifier(`${object.table}_${money.column}`)}
      on ${identifier('standard', object.table)} (connection_id, ${identifier(money.column)})`);
  }
  for (const entity of entities) {
    const fields = Object.keys(entity.fields).map((name) => [name, 'text'] as const);
    const key = ['connection_id', 'object', 'id'].map((name) => [name, 'text'] as const);
    await create(tx, entity.name, [...key, ...fields, ['modified_at', 'timestamptz']]);
  }
}

/** Later stages read all objects, also in a sync of some of them that comes before any of the whole. */
async function createOthers(tx: Queryable, { objects, entities }: Definitions): Promise<void> {
  const found = await tx.query<{ name: string }>(sql`/* standardise.found */
    select tablename as name from pg_tables where schemaname = 'standard'`);
  const names = new Set(found.map(({ name }) => name));
  for (const object of objects) if (!names.has(object.table)) await createTables(tx, object, entities);
}

async function create(tx: Queryable, table: string, columns: (readonly [string, string])[]): Promise<void> {
  const name = identifier('standard', table);
  await tx.query(sql`/* standardise.create */ create table if not exists ${name} (
    connection_id text not null, id text not null, _version bigint not null, primary key (connection_id, id))`);
  await tx.query(sql`/* standardise.index */ create index if not exists ${identifier(`${table}_version`)}
    on ${name} (connection_id, _version)`);
  const added = columns.map(([column, type]) => sql`add column if not exists ${identifier(column)} ${raw(type)}`);
  await tx.query(sql`/* standardise.columns */ alter table ${name} ${join(added)}`);
}

async function mirrorColumns(tx: Queryable, table: string): Promise<Map<string, string>> {
  const rows = await tx.query<{ column_name: string; data_type: string }>(sql`/* standardise.present */
    select column_name, data_type from information_schema.columns where table_schema = 'mirror' and table_name = ${table}`);
  return new Map(rows.map((row) => [row.column_name, row.data_type]));
}

/** The first non-blank of the fields, cleaned; null when the mirror has none of them. */
function value(from: string | string[], type: string, present: Map<string, string>): Sql {
  const found = [from]
    .flat()
    .map(snakeCase)
    .filter((column) => present.has(column));
  if (found.length === 0) return sql`null::${raw(type)}`;
  const parts = found.map((column) => {
    const text = sql`nullif(btrim(regexp_replace(normalize(m.${identifier(column)}::text, nfkc), '\\s+', ' ', 'g')), '')`;
    if (type !== 'text') return sql`(${text})::${raw(type)}`;
    return sql`case when lower(${text}) = any (${[...placeholders]}::text[]) then null else ${text} end`;
  });
  return sql`coalesce(${join(parts)})`;
}

async function fill(
  tx: Queryable,
  object: ObjectDefinition,
  present: Map<string, string>,
  connectionId: string,
): Promise<number> {
  const target = identifier('standard', object.table);
  const source = identifier('mirror', object.table);
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
  const all = [...system, ...own.filter(([column]) => !(column in systemColumns))];
  return upsert(
    tx,
    target,
    all,
    sql`from ${source} m left join ${target} s using (connection_id, id)
    where m.connection_id = ${connectionId} and s._version is distinct from m._version`,
    empty,
  );
}

async function upsert(
  tx: Queryable,
  target: Sql,
  all: (readonly [string, Sql])[],
  from: Sql,
  when: Sql,
): Promise<number> {
  const columns = all.map(([column]) => column);
  const set = join(
    [...columns, '_version'].map((column) => sql`${identifier(column)} = ${identifier('excluded', column)}`),
  );
  const rows = await tx.query<{ count: number }>(sql`/* standardise.upsert */ with done as (
    insert into ${target} (connection_id, id, _version, ${identifiers(columns)})
    select m.connection_id, m.id, m._version, ${join(all.map(([, expression]) => expression))} ${from}
    on conflict (connection_id, id) do update set ${set} ${when} returning 1) select count(*)::int as count from done`);
  return rows[0]?.count ?? 0;
}

async function fillEntity(
  tx: Queryable,
  object: ObjectDefinition,
  entity: EntityDefinition,
  fields: Record<string, string | string[]>,
  present: Map<string, string>,
  connectionId: string,
): Promise<number> {
  const target = identifier('standard', entity.name);
  const live = sql`from ${identifier('mirror', object.table)} m join ${identifier('standard', object.table)} r using (connection_id, id)
    where m.connection_id = ${connectionId} and not r.is_deleted and (${raw(object.entityWhen)})`;
  const all = Object.keys(entity.fields).map((field) => [field, value(fields[field] ?? [], 'text', present)] as const);
  const changed = await upsert(
    tx,
    target,
    [['object', sql`${object.name}::text`], ['modified_at', sql`r.modified_at`], ...all],
    live,
    sql`where ${target}._version is distinct from excluded._version`,
  );
  if (changed > 0) await tx.query(sql`/* standardise.analyze */ analyze ${target}`);
  const gone = await tx.query(sql`/* standardise.retire */ delete from ${target} t
    where t.connection_id = ${connectionId} and t.object = ${object.name}
      and not exists (select 1 ${live} and m.id = t.id) returning 1`);
  return changed + gone.length;
}
