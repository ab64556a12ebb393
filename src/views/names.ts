/** Ids of Salesforce and of golden records become the names people know them by. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import type { Definitions } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';

/** By id; what has no name, or was never synced, is left out. */
export async function namesOf(
  db: Queryable,
  { objects }: Definitions,
  connectionId: string,
  asked: readonly { object: string; id: string }[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [name, own] of Map.groupBy(asked, ({ object }) => object)) {
    const object = objects.find((one) => one.name === name);
    const label = object && nameSql(object);
    if (!label || !(await tableExists(db, 'standard', object.table))) continue;
    const ids = [...new Set(own.map(({ id }) => id))];
    const rows = await db.query<{ id: string; name: string }>(sql`/* names.of */ select id, ${label} as name
      from ${identifier('standard', object.table)} where connection_id = ${connectionId} and id = any (${ids}) and ${label} <> ''`);
    for (const row of rows) names.set(row.id, row.name);
  }
  return names;
}

/** Of every user of the org, by id. */
export async function ownerNames(
  db: Queryable,
  { objects }: Definitions,
  connectionId: string,
): Promise<Map<string, string>> {
  const users = objects.find(({ name }) => name === 'User');
  if (!users || !(await tableExists(db, 'standard', users.table))) return new Map();
  const rows = await db.query<{ id: string; name: string }>(sql`/* names.owners */ select id, name
    from ${identifier('standard', users.table)} where connection_id = ${connectionId} and name is not null`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** People have two names. */
function nameSql({ label, fields }: ObjectDefinition): Sql | null {
  if (label === null) return null;
  const parts = label === 'last_name' && 'first_name' in fields ? ['first_name', 'last_name'] : [label];
  return sql`concat_ws(' ', ${join(parts.map((part) => identifier(part)))})`;
}

/** A name is one field, or the parts of a person's name in the order they are read. */
function labelOf({ fields }: EntityDefinition): Sql | null {
  if ('name' in fields) return sql`g.name`;
  const parts = ['given-name', 'family-name'].flatMap((kind) =>
    Object.keys(fields).filter((name) => fields[name]!.kind === kind),
  );
  return parts.length === 0
    ? null
    : sql`nullif(concat_ws(' ', ${join(parts.map((name) => identifier('g', name)))}), '')`;
}

/** Of golden records by their ids; what has no name is left out. */
export async function goldenNames(
  db: Queryable,
  entities: readonly EntityDefinition[],
  rows: readonly { goldenId: string; entity: string }[],
): Promise<Map<string, string>> {
  const parts: Sql[] = [];
  for (const entity of entities) {
    const label = labelOf(entity);
    const ids = rows.filter((row) => row.entity === entity.name).map((row) => row.goldenId);
    // Its table is made by the first sync.
    if (label === null || ids.length === 0 || !(await tableExists(db, 'golden', entity.name))) continue;
    parts.push(sql`select g.golden_id, ${label} as label from ${identifier('golden', entity.name)} g
      where g.golden_id = any(${ids})`);
  }
  if (parts.length === 0) return new Map();
  const found = await db.query<{ golden_id: string; label: string | null }>(sql`/* names.golden */
    ${join(parts, ' union all ')}`);
  return new Map(found.flatMap(({ golden_id: id, label }) => (label === null ? [] : [[id, label]])));
}
