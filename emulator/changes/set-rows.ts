/** Gives many records values of their own in one statement, each only the fields that are its. */
import type { FieldValue } from '../change.ts';
import type { SObject } from '../objects/definition.ts';
import type { Writer } from '../org/database.ts';
import { findField } from '../org/org.ts';
import { quoteName, quoteText, tableOf } from '../org/sql.ts';
import { fieldOf, literalOf } from './literal.ts';

export type Fields = Record<string, FieldValue>;
export type OwnFields = Fields & { Id: string };

/** Columns every table has, shown by the object or not. */
const internal = new Set(['IsDeleted', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp']);

/** The columns that any of the rows has a value for. */
export function columnsOf(object: SObject, rows: Fields[]): string[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names].filter((name) => internal.has(name) || findField(object, name));
}

export function columnLiteral(object: SObject, name: string, value: FieldValue): string {
  if (findField(object, name)) return literalOf(fieldOf(object, name), value);
  return name === 'IsDeleted'
    ? String(value === true)
    : `timestamp ${quoteText(new Date(String(value)).toISOString().slice(0, 23))}`;
}

/** Answers how many records there were. `condition` is one on the record `t`; `step` names the statement. */
export async function setRows(
  write: Writer,
  object: SObject,
  rows: OwnFields[],
  step: string,
  condition = 'true',
): Promise<number> {
  const names = columnsOf(object, rows).filter((name) => name !== 'Id');
  if (names.length === 0) return 0;
  const partial = names.filter((name) => rows.some((row) => !(name in row)));
  const values = rows.map((row) => {
    const own = names.map((name) => (name in row ? columnLiteral(object, name, row[name] ?? null) : 'null'));
    return `(${[quoteText(row.Id), ...own, ...partial.map((name) => String(name in row))].join(', ')})`;
  });
  const flag = (name: string) => quoteName(`has ${name}`);
  const sets = names.map((name) => {
    const column = quoteName(name);
    return partial.includes(name)
      ? `${column} = case when v.${flag(name)} then v.${column} else t.${column} end`
      : `${column} = v.${column}`;
  });
  const columns = ['"Id"', ...names.map(quoteName), ...partial.map(flag)];
  return write.run(`/* ${step} */ update ${tableOf(object.name)} as t set ${sets.join(', ')}
    from (values ${values.join(', ')}) as v(${columns.join(', ')}) where t."Id" = v."Id" and ${condition}`);
}
