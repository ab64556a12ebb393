/** One object's mirror rows into `standard.<table>` and into the evidence tables `standard.<entity>`. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
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
  await shapeTables(context);
  return context.write(async (tx) => {
    const present = await mirrorColumns(tx, object.table);
    if (present.size === 0) return { readCount: 0, changedCount: 0 };
    // Fresh figures after each bulk change: the planner joined tables it had only seen empty row by row, for minutes. Of
    // the key columns alone, which is quick; the autovacuum looks at the rest.
    let changedCount = await fill(tx, object, present, context.run.connectionId);
    if (changedCount > 0)
      await tx.query(
        sql`/* standardise.analyze */ analyze ${identifier('standard', object.table)} (connection_id, id, _version)`,
      );
    for (const [name, fields] of Object.entries(object.entities)) {
      const entity = context.definitions.entities.find((one) => one.name === name);
      if (entity) changedCount += await fillEntity(tx, object, entity, fields, present, context.run.connectionId);
    }
    const [total] = await tx.query<{ count: number }>(sql`/* standardise.count */
      select count(*)::int as count from ${identifier('mirror', object.table)} where connection_id = ${context.run.connectionId}`);
    return { readCount: total?.count ?? 0, changedCount };
  });
}

type Shape = { table: string; columns: (readonly [string, string])[]; indexes: (readonly [string, string])[] };

/** What the tables must hold: one per object, with the columns money is looked up by, and one per entity. */
function shapes({ objects, entities }: Definitions): Shape[] {
  const versions = (table: string) => [`${table}_version`, '_version'] as const;
  const ofObjects = objects.map(({ name, table, fields }) => {
    const own = Object.entries(fields).map(([column, field]) => [column, pgTypes[field.type]] as const);
    const money = entities.flatMap(({ money: one }) =>
      one?.object === name && one.column !== 'id' ? [[`${table}_${one.column}`, one.column] as const] : [],
    );
    const above = entities.flatMap(({ apart }) =>
      apart.flatMap((one) => (one.object === name ? [[`${table}_${one.column}`, one.column] as const] : [])),
    );
    return {
      table,
      columns: [...Object.entries(systemColumns), ...own],
      indexes: [versions(table), ...money, ...above],
    };
  });
  const ofEntities = entities.map(({ name, fields }) => {
    const texts = ['connection_id', 'object', 'id', ...Object.keys(fields)].map((column) => [column, 'text'] as const);
    // Who changes with another record is looked up by that one's id.
    const references = Object.entries(fields).flatMap(([column, { kind }]) =>
      kind === 'id' ? [[`${name}_${column}`, column] as const] : [],
    );
    const columns = [...texts, ['modified_at', 'timestamptz'] as const];
    return { table: name, columns, indexes: [versions(name), ...references] };
  });
  return [...ofObjects, ...ofEntities];
}

/**
 * All tables of the schema, whatever objects a sync is of: later stages read them all. In a transaction of its own, and
 * only when something is missing: objects are standardised side by side, and a change of a table locks everybody out.
 */
async function shapeTables(context: Context): Promise<void> {
  const wanted = shapes(context.definitions);
  if (await stands(context.db, wanted)) return;
  await context.write(async (tx) => {
    await tx.query(sql`/* standardise.lock */ select pg_advisory_xact_lock(hashtext('standard'))`);
    if (await stands(tx, wanted)) return;
    for (const shape of wanted) await create(tx, shape);
  });
}

async function stands(db: Queryable, wanted: Shape[]): Promise<boolean> {
  const columns = wanted.flatMap(({ table, columns: own }) => own.map(([column]) => ({ table, column })));
  const indexes = wanted.flatMap((shape) => shape.indexes.map(([name]) => name));
  const missing = await db.query(sql`/* standardise.missing */
    select from jsonb_to_recordset(${JSON.stringify(columns)}::jsonb) w ("table" text, "column" text)
    where not exists (select from pg_attribute a
      where a.attrelid = to_regclass(format('standard.%I', w."table")) and a.attname = w."column" and not a.attisdropped)
    union all select from unnest(${indexes}::text[]) i (name) where to_regclass(format('standard.%I', i.name)) is null limit 1`);
  return missing.length === 0;
}

async function create(tx: Queryable, { table, columns, indexes }: Shape): Promise<void> {
  const name = identifier('standard', table);
  await tx.query(sql`/* standardise.create */ create table if not exists ${name} (
    connection_id text not null, id text not null, _version bigint not null, primary key (connection_id, id))`);
  const added = columns.map(([column, type]) => sql`add column if not exists ${identifier(column)} ${raw(type)}`);
  await tx.query(sql`/* standardise.columns */ alter table ${name} ${join(added)}`);
  for (const [index, column] of indexes) {
    await tx.query(sql`/* standardise.index */ create index if not exists ${identifier(index)}
      on ${name} (connection_id, ${identifier(column)})`);
  }
}

async function mirrorColumns(tx: Queryable, table: string): Promise<Map<string, string>> {
  const rows = await tx.query<{ column_name: string; data_type: string }>(sql`/* standardise.present */
    select column_name, data_type from information_schema.columns where table_schema = 'mirror' and table_name = ${table}`);
  return new Map(rows.map((row) => [row.column_name, row.data_type]));
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
  );
}

async function upsert(tx: Queryable, target: Sql, all: (readonly [string, Sql])[], from: Sql): Promise<number> {
  const columns = all.map(([column]) => column);
  const set = join(
    [...columns, '_version'].map((column) => sql`${identifier(column)} = ${identifier('excluded', column)}`),
  );
  const rows = await tx.query<{ count: number }>(sql`/* standardise.upsert */ with done as (
    insert into ${target} (connection_id, id, _version, ${identifiers(columns)})
    select m.connection_id, m.id, m._version, ${join(all.map(([, expression]) => expression))} ${from}
    on conflict (connection_id, id) do update set ${set} returning 1) select count(*)::int as count from done`);
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
  const [mirror, record] = [identifier('mirror', object.table), identifier('standard', object.table)];
  const isLive = sql`m.connection_id = ${connectionId} and not r.is_deleted and (${raw(object.entityWhen)})`;
  const all = Object.keys(entity.fields).map((field) => [field, value(fields[field] ?? [], 'text', present)] as const);
  const changed = await upsert(
    tx,
    target,
    [['object', sql`${object.name}::text`], ['modified_at', sql`r.modified_at`], ...all],
    sql`from ${mirror} m join ${record} r using (connection_id, id) left join ${target} s using (connection_id, id)
      where ${isLive} and s._version is distinct from m._version`,
  );
  if (changed > 0)
    await tx.query(sql`/* standardise.analyze */ analyze ${target} (connection_id, object, id, _version)`);
  const gone = await tx.query(sql`/* standardise.retire */ delete from ${target} t
    where t.connection_id = ${connectionId} and t.object = ${object.name}
      and not exists (select from ${mirror} m join ${record} r using (connection_id, id) where ${isLive} and m.id = t.id) returning 1`);
  return changed + gone.length;
}
