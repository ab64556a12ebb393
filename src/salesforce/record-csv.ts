/** Turns the records of a REST answer into the CSV that Bulk 2.0 would have given, every number digit for digit. */
import { brokenMark, nulMark } from '../model/text-mark.ts';

/** `@2.0`: a value's text as it stood in the answer, where JavaScript's numbers would have rounded it. */
class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

// Doubles hold 15 digits; Salesforce's numbers have up to 18. Keeping the source text costs five times the parsing, so
// only answers that have such a number pay for it.
const longNumber = /:\s*-?\d[\d.]{15,}/;

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/** `undefined` when it is not JSON. */
export function parseExactly(text: string): unknown {
  const exact: Reviver = (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value) ? new Digits(source) : value;
  try {
    // The third argument of a reviver is newer than TypeScript's library.
    return JSON.parse(text, longNumber.test(text) ? (exact as Parameters<typeof JSON.parse>[1]) : undefined);
  } catch {
    return undefined;
  }
}

export type JsonRecord = Record<string, unknown>;

export function csvHeader(fields: string[]): string {
  return `${fields.map((name) => `"${name}"`).join(',')}\n`;
}

/** One line; nulls are empty, as in Bulk results. */
export function csvLine(record: JsonRecord, fields: string[]): string {
  return `${fields.map((name) => cell(record[name])).join(',')}\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (value instanceof Digits) return `"${value.text}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return `"${value}"`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const whole = text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, brokenMark);
  return `"${whole.replaceAll('"', '""').replaceAll('\0', nulMark)}"`;
}
