/** Which tables, columns and indexes exist. */
import sql, { type Sql } from 'sql-template-tag';
import { named, type Queryable } from './connect.ts';

const known = new WeakMap<object, Set<string>>();

/**
 * Asked of a database until a table is there: nothing ever drops one.
 * @param tables as `identifier` quotes them. Returns the texts of those found, and of others that were asked for before.
 */
export async function existing(db: Queryable, tables: readonly Sql[]): Promise<ReadonlySet<string>> {
  const found = known.get(db) ?? new Set<string>();
  known.set(db, found);
  const asked = tables.map(({ sql: text }) => text).filter((text) => !found.has(text));
  if (asked.length === 0) return found;
  const rows = await db.query<{ name: string }>(
    named(sql`/* db.existing */ select name from unnest(${asked}::text[]) name where to_regclass(name) is not null`),
  );
  for (const { name } of rows) found.add(name);
  return found;
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
