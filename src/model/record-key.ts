/** Which record of which org: the key that every stage knows a record by. */

export type RecordKey = { connection_id: string; id: string };

/** One text per record, for maps and sets: no connection id holds a blank. */
export function keyOf({ connection_id, id }: RecordKey): string {
  return `${connection_id} ${id}`;
}

/** The record of a text that `keyOf` made. */
export function recordOf(key: string): RecordKey {
  const cut = key.indexOf(' ');
  return { connection_id: key.slice(0, cut), id: key.slice(cut + 1) };
}
