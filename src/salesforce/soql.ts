/** Turns an export query into SOQL; names and ids are checked, so that no definition and no answer can smuggle in a clause. */
import { DomainError } from '../model/errors.ts';
import type { ExportQuery } from '../model/source.ts';

const apiName = /^[A-Za-z][A-Za-z0-9_]*$/;
const recordId = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/** By Id when a slice or a REST page needs an order; else without ORDER BY and LIMIT, which turn off Salesforce's own splitting. */
export function exportSoql(
  query: ExportQuery,
  isOrdered = query.sliceRows !== null,
  upTo: string | null = null,
): string {
  const limit = query.sliceRows === null ? '' : ` LIMIT ${query.sliceRows}`;
  const order = isOrdered ? ' ORDER BY Id' : '';
  return `SELECT ${names(query).join(', ')} FROM ${query.object}${where(query, upTo)}${order}${limit}`;
}

export function countSoql(query: ExportQuery): string {
  names(query);
  return `SELECT COUNT() FROM ${query.object}${where(query, null)}`;
}

function names({ object, fields, window }: ExportQuery): string[] {
  for (const name of [object, ...fields, ...(window ? [window.cursorField] : [])]) {
    if (!apiName.test(name)) throw new DomainError('request-invalid', `"${name}" is not a Salesforce API name.`);
  }
  return fields;
}

function where({ window, after }: ExportQuery, upTo: string | null): string {
  for (const id of [after, upTo]) {
    if (id === null || recordId.test(id)) continue;
    throw new DomainError('salesforce-answer-invalid', `"${id}" is not a Salesforce id.`);
  }
  const clauses = [
    ...(window ? [`${window.cursorField} >= ${window.from.toISOString()}`] : []),
    ...(after === null ? [] : [`Id > '${after}'`]),
    ...(upTo === null ? [] : [`Id <= '${upTo}'`]),
  ];
  return clauses.length === 0 ? '' : ` WHERE ${clauses.join(' AND ')}`;
}
