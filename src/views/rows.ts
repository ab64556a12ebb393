/** Rows as PostgreSQL names them become rows as the code names them; tables that are not made yet are empty. */
import { tableExists } from '../db/existing.ts';
import type { Queryable } from '../db/connect.ts';

/** Columns in camelCase; what lies inside a value keeps its names. */
export function camelRows<T extends object>(rows: Record<string, unknown>[]): T[] {
  return rows.map(
    (row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [camelCase(column), value])) as T,
  );
}

function camelCase(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Those whose table in `standard` exists. Tables of an object or entity are made by its first sync, and a list asked
 * before then is empty, not a fault.
 */
export async function standardised<T>(
  db: Queryable,
  all: readonly T[],
  tableOf: (one: T) => string,
): Promise<readonly T[]> {
  const found = await Promise.all(all.map((one) => tableExists(db, 'standard', tableOf(one))));
  return all.filter((_, at) => found[at]);
}
