/** Turns an export query into SOQL; names are checked, so that no definition can smuggle in a clause. */
import { DomainError } from '../model/errors.ts';
import type { ExportQuery } from '../model/source.ts';

const apiName = /^[A-Za-z][A-Za-z0-9_]*$/;

/** No ORDER BY and no LIMIT: both turn off Salesforce's own splitting of big exports by primary key. */
export function exportSoql({ object, fields, window }: ExportQuery): string {
  for (const name of [object, ...fields, ...(window ? [window.cursorField] : [])]) {
    if (!apiName.test(name)) throw new DomainError('request-invalid', `"${name}" is not a Salesforce API name.`);
  }
  const where = window ? ` WHERE ${window.cursorField} >= ${window.from.toISOString()}` : '';
  return `SELECT ${fields.join(', ')} FROM ${object}${where}`;
}
