/** Names of tables become those that exist, asked of a database until they do: nothing ever drops one. */
import sql, { type Sql } from 'sql-template-tag';
import { named, type Queryable } from './connect.ts';

const known = new WeakMap<object, Set<string>>();

/** @param tables as `identifier` quotes them. Returns the texts of those found, and of others that were asked for before. */
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
