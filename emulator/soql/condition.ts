/** Turns one comparison of a WHERE or HAVING into two-valued SQL: SOQL knows true and false, never unknown. */
import { isId, toId18 } from '../ids.ts';
import type { FieldType } from '../objects/definition.ts';
import { columnType, quoteText } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { dayRange } from './dates.ts';
import { invalidField } from './fault.ts';
import { malformed } from './parse.ts';

export interface Comparison {
  /** The left side as written, for messages. */
  name: string;
  sql: string;
  type: FieldType;
  /** =, !=, <>, <, <=, >, >=, LIKE, IN, NOT IN, INCLUDES, EXCLUDES. */
  operator: string;
  values: { text: string; literal: string }[];
}

interface Around {
  text: string;
  now: Date;
}

export function compileComparison(comparison: Comparison, around: Around): string {
  const { operator, values } = comparison;
  const [value] = values;
  if (!value) throw malformed(`unexpected token: '${operator}'`);
  switch (operator.toUpperCase()) {
    case '=':
      return equals(comparison, value, around);
    case '!=':
    case '<>':
      return `not ${equals(comparison, value, around)}`;
    case 'IN':
      return anyOf(comparison, around);
    case 'NOT IN':
      return `not ${anyOf(comparison, around)}`;
    case 'LIKE':
      return like(comparison, value.text);
    case 'INCLUDES':
      return includes(comparison);
    case 'EXCLUDES':
      return `not ${includes(comparison)}`;
    default:
      return ordered(comparison, operator, value, around);
  }
}

type Literal = Comparison['values'][number];

function anyOf(comparison: Comparison, around: Around): string {
  const plain = comparison.values.filter(
    ({ literal, text }) => !literal.startsWith('DATE_') && literal !== 'NULL' && text !== "''",
  );
  const others = comparison.values.filter((value) => !plain.includes(value));
  const tests = others.map((value) => equals(comparison, value, around));
  if (plain.length > 0) {
    const list = plain.map((value) => typedValue(comparison, value, around)).join(', ');
    tests.push(`coalesce(${comparable(comparison)} in (${list}), false)`);
  }
  return `(${tests.join(' or ')})`;
}

function equals(comparison: Comparison, value: Literal, around: Around): string {
  // The empty string is null in Salesforce, stored and asked for.
  if (value.literal === 'NULL' || value.text === "''") return `(${comparison.sql} is null)`;
  const range = rangeOf(comparison, value, around);
  if (range) return `coalesce(${comparison.sql} >= ${range.from} and ${comparison.sql} < ${range.to}, false)`;
  return `coalesce(${comparable(comparison)} = ${typedValue(comparison, value, around)}, false)`;
}

function ordered(comparison: Comparison, operator: string, value: Literal, around: Around): string {
  if (columnType(comparison.type) === 'boolean' || value.literal === 'NULL') {
    throw wrongOperator(comparison);
  }
  const range = rangeOf(comparison, value, around);
  if (range) {
    const bound = operator === '<' || operator === '>=' ? range.from : range.to;
    const sign = operator === '<' || operator === '<=' ? '<' : '>=';
    return `coalesce(${comparison.sql} ${sign} ${bound}, false)`;
  }
  return `coalesce(${comparable(comparison)} ${operator} ${typedValue(comparison, value, around)}, false)`;
}

function like(comparison: Comparison, text: string): string {
  const { type, sql } = comparison;
  if (columnType(type) !== 'varchar' || type === 'id' || type === 'reference') throw wrongOperator(comparison);
  // `\_` and `\%` stay escapes of the pattern; everything else is unescaped first.
  const pattern = unquote(text, (character) => (character === '_' || character === '%' ? `\\${character}` : null));
  return `coalesce(${sql} ilike ${quoteText(pattern)} escape '\\', false)`;
}

/** `INCLUDES ('a;b', 'c')`: a and b, or c. */
function includes({ sql, values }: Comparison): string {
  const chosen = `string_split(lower(${sql}), ';')`;
  const groups = values.map(({ text }) => {
    const wanted = unquote(text)
      .toLowerCase()
      .split(';')
      .map((part) => quoteText(part.trim()));
    return `list_has_all(${chosen}, [${wanted.join(', ')}])`;
  });
  return `coalesce(${groups.join(' or ')}, false)`;
}

function isText(type: FieldType): boolean {
  return columnType(type) === 'varchar' && type !== 'id' && type !== 'reference';
}

function comparable({ sql, type }: Comparison): string {
  return isText(type) ? `lower(${sql})` : sql;
}

function typedValue(comparison: Comparison, { text, literal }: Literal, around: Around): string {
  const { type } = comparison;
  const wrongType = () => {
    const [kind, enclosed] = kinds[columnType(type) ?? 'varchar'] ?? ['string', true];
    const reason = `value of filter criterion for field '${comparison.name}' must be of type ${kind} and should ${enclosed ? '' : 'not '}be enclosed in quotes`;
    return invalidField(around.text, comparison.name, reason);
  };
  switch (columnType(type)) {
    case 'boolean':
      if (literal !== 'BOOLEAN') throw wrongType();
      return text.toLowerCase();
    case 'bigint':
    case 'double':
      if (!/^(INTEGER|DECIMAL)/.test(literal)) throw wrongType();
      return text.replace(/^[A-Za-z]{3}/, '');
    case 'date':
      if (literal !== 'DATE') throw wrongType();
      return `date ${quoteText(checkMoment(text, wrongType))}`;
    case 'timestamp':
      if (literal !== 'DATETIME') throw wrongType();
      return `timestamp ${quoteText(checkMoment(text, wrongType))}`;
    case 'time':
      if (literal !== 'STRING') return `time ${quoteText(text.replace(/Z$/, ''))}`;
      throw wrongType();
    default:
      if (literal !== 'STRING') throw wrongType();
      return type === 'id' || type === 'reference'
        ? idValue(unquote(text), comparison.name)
        : quoteText(unquote(text).toLowerCase());
  }
}

const kinds: Partial<Record<string, [string, boolean]>> = {
  boolean: ['boolean', false],
  bigint: ['int', false],
  double: ['double', false],
  date: ['date', false],
  timestamp: ['dateTime', false],
  time: ['time', false],
};

/** Literals come with or without offset and milliseconds; the engine gets UTC. */
function checkMoment(text: string, wrongType: () => Error): string {
  const moment = new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(moment.getTime())) throw wrongType();
  return moment.toISOString().slice(0, text.includes('T') ? 23 : 10);
}

function idValue(text: string, name: string): string {
  if (!isId(text)) throw new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text || name}`);
  return quoteText(toId18(text));
}

function wrongOperator({ name }: Comparison): SalesforceError {
  return new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${name} field`);
}

function rangeOf(
  comparison: Comparison,
  { text, literal }: Literal,
  around: Around,
): { from: string; to: string } | null {
  if (!literal.startsWith('DATE_')) return null;
  const range = dayRange(text, around.now);
  const type = columnType(comparison.type);
  if (!range || (type !== 'date' && type !== 'timestamp')) throw malformed(`unexpected token: '${text}'`);
  return { from: `${type} ${quoteText(range.from)}`, to: `${type} ${quoteText(range.to)}` };
}

const escapes: Partial<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text of a quoted literal; `keep` may hold an escaped character in a form of its own. */
export function unquote(text: string, keep: (character: string) => string | null = () => null): string {
  return text
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_, escaped: string) =>
      escaped.length === 5
        ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
        : (keep(escaped) ?? escapes[escaped] ?? (escaped === '\\' && keep('_') !== null ? '\\\\' : escaped)),
    );
}
