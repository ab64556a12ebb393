/** The rows of `standard.<entity>` as the matcher reads them, and which of them moved. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../../../db/connect.ts';
import { identifier } from '../../../db/identifier.ts';
import type { Definitions } from '../../../model/definitions.ts';
import type { Key } from '../../cluster/told.ts';
import { canonicalFields, type CanonicalField, type MatchEntity } from '../definition.ts';

export async function fieldsOf(db: Queryable, entity: MatchEntity): Promise<CanonicalField[]> {
  const present = await db.query<{ name: string }>(sql`/* match.columns */
    select column_name as name from information_schema.columns where table_schema = 'standard' and table_name = ${entity}`);
  const names = new Set<string>(present.map(({ name }) => name));
  return canonicalFields.filter((field) => names.has(field));
}

/**
 * SQL of connection_id, id, `hash` (of all values) and one column a field. A lead's company is as written, a contact's that
 * of its account.
 */
export function rowsSql(entity: MatchEntity, fields: readonly CanonicalField[]): string {
  const columns = fields.map((field) => (field === 'company' ? 'coalesce(p.company, c.name)' : `p.${field}`));
  const employer =
    entity === 'person'
      ? 'left join standard.company c on c.connection_id = p.connection_id and c.id = p.company_id'
      : '';
  return `select p.connection_id, p.id, md5(row(${columns.join(', ')})::text) as hash, ${columns.map((column, at) => `${column} as ${fields[at]}`).join(', ')}
    from standard.${entity} p ${employer}`;
}

/** Tables whose rows stand for this entity. */
function tablesOf({ objects }: Definitions, entity: string): Sql[] {
  return objects.filter((object) => entity in object.entities).map(({ table }) => identifier('standard', table));
}

/** Tables whose change may change a row of rowsSql. */
function sources(definitions: Definitions, entity: MatchEntity): Sql[] {
  return [...tablesOf(definitions, entity), ...(entity === 'person' ? tablesOf(definitions, 'company') : [])];
}

/** The newest version among what the rows of one org are made of; null when there is none. */
export async function newestVersion(
  db: Queryable,
  definitions: Definitions,
  entity: MatchEntity,
  connectionId: string,
): Promise<string | null> {
  const newest = sources(definitions, entity).map(
    (table) => sql`select max(_version) as version from ${table} where connection_id = ${connectionId}`,
  );
  const [row] = await db.query<{ version: string | null }>(sql`/* match.newest */
    select max(version)::text as version from (${join(newest, ' union all ')}) newest`);
  return row?.version ?? null;
}

/** Records of one org that moved, came or went since `version`, their company's row included. */
export async function movedSince(
  db: Queryable,
  definitions: Definitions,
  entity: MatchEntity,
  connectionId: string,
  version: string,
): Promise<Key[]> {
  const since = (table: Sql) =>
    sql`select id from ${table} where connection_id = ${connectionId} and _version > ${version}`;
  const own = tablesOf(definitions, entity).map(since);
  const employers = entity === 'person' ? tablesOf(definitions, 'company').map(since) : [];
  const employed = employers.map(
    (moved) =>
      sql`select p.id from (${moved}) c join standard.person p on p.connection_id = ${connectionId} and p.company_id = c.id`,
  );
  const rows = await db.query<{ id: string }>(sql`/* match.moved */ ${join([...own, ...employed], ' union ')}`);
  return rows.map(({ id }) => ({ connection_id: connectionId, id }));
}

export type EvidenceRow = Key & { hash: string; values: (string | null)[] };

export async function readRows(
  db: Queryable,
  entity: MatchEntity,
  fields: readonly CanonicalField[],
  keys: readonly Key[],
): Promise<EvidenceRow[]> {
  if (keys.length === 0) return [];
  const rows = await db.query<Key & { hash: string } & Record<string, string | null>>(sql`/* match.rows */
    ${raw(rowsSql(entity, fields))} join unnest(${keys.map((key) => key.connection_id)}::text[], ${keys.map((key) => key.id)}::text[])
      wanted (connection_id, id) on wanted.connection_id = p.connection_id and wanted.id = p.id`);
  return rows.map((row) => ({
    connection_id: row.connection_id,
    id: row.id,
    hash: row.hash,
    values: fields.map((field) => row[field] ?? null),
  }));
}
