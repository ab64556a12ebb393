/** Writes Salesforce's answer to a query that names something unknown: the query, a caret, the place, the reason. */
import { SalesforceError } from '../salesforce-error.ts';

const pointer = 'Please reference your WSDL or the describe call for the appropriate names.';
// Recorded bodies show no more of the query than about this many characters on either side of the caret.
const contextLength = 50;

function caretBlock(query: string, token: string, reason: string): string {
  const at = Math.max(0, query.toLowerCase().search(new RegExp(`(?<![\\w.])${escape(token.toLowerCase())}(?![\\w])`)));
  const line = query.slice(0, at).split('\n').length;
  const lineStart = query.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = query.indexOf('\n', at);
  const from = Math.max(lineStart, at - contextLength);
  const to = Math.min(lineEnd === -1 ? query.length : lineEnd, at + token.length + contextLength);
  const caret = `${' '.repeat(at - from)}^`;
  return `\n${query.slice(from, to)}\n${caret}\nERROR at Row:${line}:Column:${at - lineStart + 1}\n${reason}`;
}

function escape(token: string): string {
  return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function noSuchColumn(query: string, token: string, column: string, object: string): SalesforceError {
  const advice = `If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${pointer}`;
  return invalidField(query, token, `No such column '${column}' on entity '${object}'. ${advice}`);
}

export function noSuchRelationship(query: string, token: string, relationship: string): SalesforceError {
  const advice = `If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${pointer}`;
  return invalidField(query, token, `Didn't understand relationship '${relationship}' in field path. ${advice}`);
}

export function noSuchType(query: string, object: string): SalesforceError {
  const advice = `If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${pointer}`;
  const message = caretBlock(query, object, `sObject type '${object}' is not supported. ${advice}`);
  return new SalesforceError(400, 'INVALID_TYPE', message);
}

export function invalidField(query: string, token: string, reason: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_FIELD', caretBlock(query, token, reason));
}
