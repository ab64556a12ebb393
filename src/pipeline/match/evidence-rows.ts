/** The rows of `standard.<entity>` as the matcher reads them, and which of them moved. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { wantedKeys } from '../../db/record-key.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';
import type { RecordKey } from '../../model/record-key.ts';
import { canonicalFields, type CanonicalField, type MatchEntity } from '../../matcher/definition.ts';

/** An entity of people or companies: its name, how the engine compares it, and the entity of those that a person works for. */
export type MatchedEntity = { name: string; kind: MatchEntity; employer: string | null };

/** @throws Error for an entity of deals */
export function matchedEntity({ name, matcher, fields }: EntityDefinition): MatchedEntity {
  if (matcher === 'deal') throw new Error(`${name} is no entity of people or companies.`);
  return { name, kind: matcher, employer: (matcher === 'person' && fields.company_id?.entity) || null };
}

export async function fieldsOf(db: Queryable, entity: string): Promise<CanonicalField[]> {
  const present = await db.query<{ name: string }>(sql`/* match.columns */
    select column_name as name from information_schema.columns where table_schema = 'standard' and table_name = ${entity}`);
  const names = new Set<string>(present.map(({ name }) => name));
  return canonicalFields.filter((field) => names.has(field));
}

/**
 * SQL of connection_id, id, `hash` (of all values) and one column a field. A lead's company is as written, a contact's that
 * of its account.
 */
export function rowsSql({ name, employer }: MatchedEntity, fields: readonly CanonicalField[]): string {
  const isEmployed = employer !== null && fields.includes('company');
  const columns = fields.map((field) =>
    isEmployed && field === 'company' ? 'coalesce(p.company, c.name)' : `p.${field}`,
  );
  const employers = isEmployed
    ? `left join standard.${employer} c on c.connection_id = p.connection_id and c.id = p.company_id`
    : '';
  return `select p.connection_id, p.id, md5(row(${columns.join(', ')})::text) as hash, ${columns.map((column, at) => `${column} as ${fields[at]}`).join(', ')}
    from standard.${name} p ${employers}`;
}

/** Tables whose rows stand for this entity. */
export function tablesOf({ objects }: Definitions, entity: string): Sql[] {
  return objects.filter((object) => entity in object.entities).map(({ table }) => identifier('standard', table));
}

/** Tables whose change may change a row of rowsSql. */
function sources(definitions: Definitions, { name, employer }: MatchedEntity): Sql[] {
  return [...tablesOf(definitions, name), ...(employer === null ? [] : tablesOf(definitions, employer))];
}

/** SQL of `version`: the newest among what the rows of one org are made of; null when there is none. */
export function newestSql(definitions: Definitions, entity: MatchedEntity, connectionId: string): Sql {
  const newest = sources(definitions, entity).map(
    (table) => sql`select max(_version) as version from ${table} where connection_id = ${connectionId}`,
  );
  return sql`select max(version) as version from (${join(newest, ' union all ')}) newest`;
}

export async function newestVersion(
  db: Queryable,
  definitions: Definitions,
  entity: MatchedEntity,
  connectionId: string,
): Promise<string | null> {
  const [row] = await db.query<{ version: string | null }>(sql`/* match.newest */
    ${newestSql(definitions, entity, connectionId)}`);
  return row?.version ?? null;
}

/**
 * Records of the run's org that moved, came or went since `version`, their company's row included. `is_more`: more than
 * `most` of them, or of companies, moved.
 */
export async function movedSince(
  db: Queryable,
  { definitions, run: { connectionId } }: Pick<Context, 'definitions' | 'run'>,
  entity: MatchedEntity,
  version: string | null,
  most: number,
): Promise<{ keys: RecordKey[]; is_more: boolean }> {
  const isLimited = most < Infinity;
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const limit = isLimited ? sql`order by _version limit ${raw(String(most + 1))}` : empty;
  const moved = (table: Sql) =>
    sql`select id from ${table} where connection_id = ${connectionId} and _version > ${version ?? '-1'} ${limit}`;
  const employers = entity.employer === null ? [] : tablesOf(definitions, entity.employer).map(moved);
  const parts = [
    ...tablesOf(definitions, entity.name).map(moved),
    ...employers.map(
      (some) =>
        sql`select p.id from (${some}) c join ${identifier('standard', entity.name)} p on p.connection_id = ${connectionId} and p.company_id = c.id`,
    ),
    ...(isLimited ? employers : []).map(
      (some) => sql`select null from (${some}) c having count(*) > ${raw(String(most))}`,
    ),
  ];
  const rows = await db.query<{ id: string | null }>(sql`/* match.moved */
    ${join(
      parts.map((part) => sql`(${part})`),
      ' union ',
    )}`);
  const keys = rows.flatMap(({ id }) => (id === null ? [] : [{ connection_id: connectionId, id }]));
  return { keys, is_more: keys.length < rows.length || rows.length > most };
}

export type EvidenceRow = RecordKey & { hash: string; values: (string | null)[] };
/** `row` is null where the record is no evidence any more, `known` where it was none when it was last matched. */
export type MovedRow = RecordKey & { row: EvidenceRow | null; known: { hash: string; codes: number[] } | null };

/** The records as they are now, and as `match.<entity>_record` knows them; none that neither has. */
export async function readMovedRows(
  db: Queryable,
  entity: MatchedEntity,
  fields: readonly CanonicalField[],
  keys: readonly RecordKey[],
): Promise<MovedRow[]> {
  type Known = { known_hash: string | null; known_codes: number[] | null };
  const rows = await db.query<Known & EvidenceColumns>(sql`/* match.moved_rows */
    select wanted.connection_id, wanted.id, known.hash as known_hash, known.keys::float8[] as known_codes, now.hash, ${raw(fields.map((field) => `now.${field}`).join(', '))}
    from ${wantedKeys(keys)}
    left join ${identifier('match', `${entity.name}_record`)} known on known.connection_id = wanted.connection_id and known.id = wanted.id
    left join (${raw(rowsSql(entity, fields))}) now on now.connection_id = wanted.connection_id and now.id = wanted.id
    where known.hash is not null or now.hash is not null`);
  return rows.map((row) => ({
    connection_id: row.connection_id,
    id: row.id,
    row: row.hash === null ? null : evidenceRow(row, fields),
    known: row.known_hash === null ? null : { hash: row.known_hash, codes: row.known_codes ?? [] },
  }));
}

export async function readRows(
  db: Queryable,
  entity: MatchedEntity,
  fields: readonly CanonicalField[],
  keys: readonly RecordKey[],
): Promise<EvidenceRow[]> {
  if (keys.length === 0) return [];
  const rows = await db.query<EvidenceColumns>(sql`/* match.rows */
    ${raw(rowsSql(entity, fields))} join ${wantedKeys(keys)} on wanted.connection_id = p.connection_id and wanted.id = p.id`);
  return rows.map((row) => evidenceRow(row, fields));
}

type EvidenceColumns = RecordKey & { hash: string | null } & Partial<Record<CanonicalField, string | null>>;

function evidenceRow(row: EvidenceColumns, fields: readonly CanonicalField[]): EvidenceRow {
  return {
    connection_id: row.connection_id,
    id: row.id,
    hash: row.hash ?? '',
    values: fields.map((field) => row[field] ?? null),
  };
}
