/** Which tables, columns and indexes exist. */
import sql from 'sql-template-tag';
import { named, type Queryable } from './connect.ts';
import { identifier } from './identifier.ts';

/** By database the tables that were found: nothing ever drops one. */
const known = new WeakMap<object, Set<string>>();

export async function tableExists(db: Queryable, schema: string, table: string): Promise<boolean> {
  const found = known.get(db) ?? new Set<string>();
  known.set(db, found);
  const name = identifier(schema, table).sql;
  if (found.has(name)) return true;
  const [row] = await db.query<{ exists: boolean }>(
    named(sql`/* db.exists */ select to_regclass(${name}) is not null as exists`),
  );
  if (row!.exists) found.add(name);
  return row!.exists;
}

/** Whether tables of a schema have these columns, and the schema these indexes. */
export async function isShaped(
  db: Queryable,
  schema: string,
  columns: readonly { table: string; column: string }[],
  indexes: readonly string[],
): Promise<boolean> {
  const missing = await db.query(sql`/* db.missing */
    select from jsonb_to_recordset(${JSON.stringify(columns)}::jsonb) w ("table" text, "column" text)
    where not exists (select from pg_attribute a
      where a.attrelid = to_regclass(format('%I.%I', ${schema}::text, w."table")) and a.attname = w."column" and not a.attisdropped)
    union all
    select from unnest(${indexes}::text[]) i (name) where to_regclass(format('%I.%I', ${schema}::text, i.name)) is null limit 1`);
  return missing.length === 0;
}
