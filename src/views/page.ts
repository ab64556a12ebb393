/** Keyset pages: a read model is asked for the rows after a key, and answers with them and the key to read on from. */

/** `after`: the key of the last row of the page before; null for the first page. */
export type PageRequest = { limit: number; after: string[] | null };
/** `next`: null on the last page. */
export type Page<T> = { data: T[]; next: string[] | null };

/** Cuts the extra row that a query with `limit + 1` brought; the last one kept is the key. */
export function toPage<T>(rows: T[], { limit }: PageRequest, keyOf: (row: T) => string[]): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, next: rows.length > limit && last ? keyOf(last) : null };
}
