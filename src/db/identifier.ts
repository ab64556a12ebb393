/** The only way a name becomes part of a statement. */
import { escapeIdentifier } from 'pg';
import { join, raw, type Sql } from 'sql-template-tag';

/** `identifier('mirror', 'contact')` -> `"mirror"."contact"`. Every part is quoted. */
export function identifier(...parts: string[]): Sql {
  return raw(parts.map((part) => escapeIdentifier(part)).join('.'));
}

/** Quoted column names, comma separated; `alias` is put before each. */
export function identifiers(columns: readonly string[], alias?: string): Sql {
  return join(columns.map((column) => (alias ? identifier(alias, column) : identifier(column))));
}
