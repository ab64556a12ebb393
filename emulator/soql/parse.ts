/** Turns SOQL text into a syntax tree, and what is not SOQL into Salesforce's MALFORMED_QUERY. */
import { parseQuery, type Query } from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';

export interface ParsedQuery {
  text: string;
  query: Query & { sObject: string };
  /** ALL ROWS: deleted records too. */
  allRows: boolean;
}

// The parser knows neither ALL ROWS nor `limit` after it; outside quotes the clause can only stand at the end.
const allRowsClause = /\s+all\s+rows\s*$/i;

export function parseSoql(text: string): ParsedQuery {
  const allRows = allRowsClause.test(text);
  const bare = allRows ? text.replace(allRowsClause, '') : text;
  let query: Query;
  try {
    query = parseQuery(bare);
  } catch (error) {
    throw malformed(unexpectedToken(bare, error instanceof Error ? error : new Error(String(error))));
  }
  const { sObject } = query;
  if (!sObject || !query.fields) throw malformed("unexpected token: '<EOF>'");
  return { text, query: { ...query, sObject }, allRows };
}

export function malformed(message: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_QUERY', message);
}

/**
 * The parser tells the offending token in its message alone, so it is read from there. Punctuation of the answers is
 * Salesforce's as remembered: unverified on a live org.
 */
function unexpectedToken(text: string, error: Error): string {
  if (text.trim() === '') return "unexpected token: '<EOF>'";
  if (error.name === 'LexingError') {
    const at = Number(/at offset: (\d+)/.exec(error.message)?.[1] ?? 0);
    const isQuote = text.charAt(at) === "'";
    return isQuote
      ? `line 1:${text.length} mismatched character '<EOF>' expecting '''`
      : `line 1:${at} no viable alternative at character '${text.charAt(at)}'`;
  }
  const found: string =
    /but found --> '([^]*)' <--/.exec(error.message)?.[1] ??
    /but found: '([^]*)'$/.exec(error.message)?.[1] ??
    /but found: (\S*)/.exec(error.message)?.[1] ??
    '';
  // `Id FRM Account`: the parser takes FRM for an alias and trips over Account; Salesforce names FRM.
  const misspelt: string | null = /--> FROM <-- but found/.test(error.message) ? wordBefore(text, found) : null;
  return `unexpected token: '${misspelt ?? (found === '' ? '<EOF>' : found)}'`;
}

function wordBefore(text: string, token: string): string | null {
  const words: string[] = text.match(/[\w.]+|[^\s\w]/g) ?? [];
  const at = words.indexOf(token);
  const [before, word] = [words[at - 2], words[at - 1]];
  return before && word && /^\w/.test(word) && /^[\w).]/.test(before) && !/^select$/i.test(before) ? word : null;
}
