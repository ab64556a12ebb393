/** Keys of records in SQL: as the text that maps and sets know them by, and as rows to join. */
import sql, { type Sql } from 'sql-template-tag';
import type { RecordKey } from '../model/record-key.ts';
import { identifier } from './identifier.ts';

/** What `keyOf` makes of a record. @param side where a row is a pair */
export function keySql(alias: string, side: '' | 'l_' | 'r_' = ''): Sql {
  return sql`${identifier(alias, `${side}connection_id`)} || ' ' || ${identifier(alias, `${side}id`)}`;
}

/** As rows of `wanted`. */
export function wantedKeys(keys: readonly RecordKey[]): Sql {
  return sql`unnest(${keys.map((key) => key.connection_id)}::text[], ${keys.map((key) => key.id)}::text[]) wanted (connection_id, id)`;
}
