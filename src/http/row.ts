/** A database row becomes the JSON that the API documents: camelCase keys, times as ISO 8601, nothing undocumented. */
import sql from 'sql-template-tag';
import type { z } from 'zod';
import type { Queryable } from '../db/connect.ts';

/** Throws a ZodError when the row is not what the schema says; the caller then answers 500, never a wrong body. */
export function present<T extends z.ZodType>(schema: T, row: Record<string, unknown>): z.output<T> {
  const entries = Object.entries(row).map(([key, value]) => [
    camelCase(key),
    value instanceof Date ? iso(value) : value,
  ]);
  return schema.parse(Object.fromEntries(entries));
}

function camelCase(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function iso(date: Date): string {
  return date.toISOString();
}

/**
 * Which of the tables (`schema.table`) exist. Tables of an object or entity are made by its first sync, and a list
 * asked before then is empty, not a fault.
 */
export async function existingTables(db: Queryable, tables: string[]): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(sql`/* http.tables */ select wanted.name
    from unnest(${tables}::text[]) wanted(name)
    join pg_class c on c.relname = split_part(wanted.name, '.', 2)
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = split_part(wanted.name, '.', 1)`);
  return new Set(rows.map((row) => row.name));
}
