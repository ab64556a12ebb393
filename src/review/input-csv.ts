/** A CSV of people becomes the rows of an input, or every fault with its line and column. Nothing is guessed. */
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import type { Fault } from '../model/errors.ts';
import { DomainError } from '../model/errors.ts';
import type { InputColumn, InputDefinition } from '../model/input.ts';

/** Values in the spelling of PostgreSQL; null where a cell is blank. */
export type InputRow = Record<string, string | null>;

const mostFaults = 50;
const mostRows = 50_000;

/**
 * Comma, semicolon or tab, UTF-8 or UTF-16, with a BOM or without, decimals by point or comma.
 * @throws DomainError `request-refused`, with a fault for each cell that is wrong: `line 3, column amount`
 */
export function parseInput(definition: InputDefinition, file: Buffer): InputRow[] {
  const faults: Fault[] = [];
  const [header, ...lines] = withoutBlankColumns(linesOf(decoded(file)));
  if (!header) throw refused(definition, [{ pointer: 'line 1', message: `is missing. ${needed(definition)}` }]);
  const columns = columnsOf(definition, header, faults);
  if (faults.length > 0) throw refused(definition, faults);
  if (lines.length > mostRows)
    throw refused(definition, [
      { pointer: `line ${mostRows + 2}`, message: `is one too many: ${mostRows} lines at most` },
    ]);
  const decimal = decimalOf(definition, columns, lines);
  const seen = new Map<string, number>();
  const rows = lines.map(({ line, cells }) => {
    const say = (name: string) => (message: string) => {
      faults.push({ pointer: `line ${line}, column ${name}`, message });
      return null;
    };
    if (cells.length !== columns.length) {
      const message = `has ${cells.length} cells where the header has ${columns.length}. Quote text that holds the separator`;
      faults.push({ pointer: `line ${line}`, message });
    }
    const given = Object.fromEntries(columns.map((name, at) => [name, cells[at]?.trim() ?? '']));
    const row = Object.fromEntries(
      Object.entries(definition.columns).map(([name, column]) => [
        name,
        valueOf(column, given[name] ?? '', decimal, say(name)),
      ]),
    );
    for (const [name, { after }] of Object.entries(definition.columns)) {
      const [earlier, later] = [row[after ?? ''], row[name]];
      if (earlier && later && later <= earlier) say(name)(`is ${later}, which is not after ${earlier}`);
    }
    const key = JSON.stringify(definition.key.map((name) => row[name]?.toLowerCase() ?? null));
    const before = seen.get(key);
    if (before !== undefined && faults.length === 0)
      faults.push({
        pointer: `line ${line}`,
        message:
          definition.key.length === 0
            ? 'is one too many: this input has one line'
            : `has the same ${definition.key.join(', ')} as line ${before}. Add them up, or take one out`,
      });
    seen.set(key, line);
    return row;
  });
  if (faults.length > 0) throw refused(definition, faults);
  return rows;
}

function refused({ name }: InputDefinition, faults: Fault[]): DomainError {
  const shown = faults.slice(0, mostFaults);
  const rest = faults.length > shown.length ? `; and ${faults.length - shown.length} more` : '';
  const text = shown.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  return new DomainError('request-refused', `The CSV of ${name} is not taken. ${text}${rest}.`, { faults: shown });
}

const needed = ({ columns }: InputDefinition) =>
  `The first line names the columns: ${Object.entries(columns)
    .map(([name, { isRequired }]) => (isRequired ? name : `${name} (optional)`))
    .join(', ')}`;

function decoded(file: Buffer): string {
  const [first, second] = file;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(file);
  } catch (error) {
    const message = 'The file is not UTF-8. Save it as "CSV UTF-8".';
    throw new DomainError('request-refused', message, { faults: [{ pointer: 'line 1', message }], cause: error });
  }
}

type Line = { line: number; cells: string[] };

/** Lines that hold something; `line` is where it begins in the file. */
function linesOf(text: string): Line[] {
  const options = {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  } as const;
  let parsed: { record: string[]; info: InfoRecord }[];
  try {
    parsed = parse(text, options) as unknown as typeof parsed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = `cannot be read: ${error.message}`;
    throw new DomainError('request-refused', `The CSV ${message}`, {
      faults: [{ pointer: `line ${(error as { lines?: number }).lines ?? 1}`, message }],
      cause: error,
    });
  }
  return parsed
    .map(({ record, info }) => ({ line: info.lines - newlines(record), cells: record }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

/** Spreadsheets end lines in columns that hold nothing, not even a name. */
function withoutBlankColumns(lines: Line[]): Line[] {
  const width = Math.max(0, ...lines.map(({ cells }) => cells.findLastIndex((cell) => cell.trim() !== '') + 1));
  return lines.map(({ line, cells }) => ({
    line,
    cells: cells.length > width ? cells.slice(0, width) : cells,
  }));
}

/** The parser counts a line where it ends. */
const newlines = (cells: string[]) => cells.reduce((count, cell) => count + (cell.match(/\n/g)?.length ?? 0), 0);

/** That of ; tab and , which the first line has most often. */
function delimiterOf(text: string): string {
  const first =
    text
      .slice(0, 10_000)
      .split(/\r?\n/)
      .find((line) => line.trim() !== '') ?? '';
  const count = (sign: string) => first.split(sign).length;
  return [';', '\t', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',');
}

const plain = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

function columnsOf(definition: InputDefinition, { line, cells }: Line, faults: Fault[]): string[] {
  const names = cells.map(plain);
  for (const [at, name] of names.entries()) {
    const pointer = `line ${line}, column ${at + 1}`;
    if (!(name in definition.columns))
      faults.push({ pointer, message: `is "${cells[at]!.trim()}", which is no column. ${needed(definition)}` });
    else if (names.indexOf(name) !== at) faults.push({ pointer, message: `is ${name} once more` });
  }
  for (const [name, { isRequired }] of Object.entries(definition.columns))
    if (isRequired && !names.includes(name))
      faults.push({ pointer: `line ${line}`, message: `has no column ${name}. ${needed(definition)}` });
  return names;
}

type Decimal = '.' | ',' | null;
const grouped = { '.': /^\d{1,3}(,\d{3})+(\.\d+)?$/, ',': /^\d{1,3}(\.\d{3})+(,\d+)?$/ };

/** The decimal sign the numbers of a file show; null where none does. One that shows both is refused cell by cell. */
function decimalOf(definition: InputDefinition, columns: readonly string[], lines: readonly Line[]): Decimal {
  const numbers = columns.flatMap((name, at) =>
    ['amount', 'rate'].includes(definition.columns[name]!.type) ? lines.map(({ cells }) => bare(cells[at] ?? '')) : [],
  );
  const shows = (sign: '.' | ',') => {
    const other = sign === '.' ? ',' : '.';
    return numbers.some((text) => {
      const places = text.split(sign);
      if (places.length !== 2 || !/^\d+$/.test(places[1]!)) return text.split(other).length > 2;
      return places[1]!.length !== 3 || places[0]!.includes(other) || /^0*$/.test(places[0]!) || places[0]!.length > 3;
    });
  };
  const [point, comma] = [shows('.'), shows(',')];
  return point === comma ? null : point ? '.' : ',';
}

/** A number without its sign, per cent, blanks and the marks of thousands that are no point or comma. */
const bare = (text: string) => text.replaceAll(/[\s\u00a0\u202f'’%]/g, '').replace(/^[-+−]/, '');

type Say = (message: string) => null;

function valueOf(column: InputColumn, text: string, decimal: Decimal, say: Say): string | null {
  if (text === '') return column.isRequired ? say('is empty') : null;
  // What a spreadsheet was kept from taking for a formula.
  const given = /^'[=+\-@]/.test(text) ? text.slice(1) : text;
  switch (column.type) {
    case 'amount':
      return numberOf(given, decimal, say);
    case 'rate': {
      const number = numberOf(given, decimal, say);
      if (number === null) return null;
      const rate = given.includes('%') ? Number(number) / 100 : Number(number);
      return rate >= 0 && rate <= 1
        ? String(Number(rate.toFixed(6)))
        : say(`is ${given}: write a share of 0 to 1, like 0.8 or 80 %`);
    }
    case 'month':
      return monthOf(given) ?? say(`is "${given}": write the month as 2026-01`);
    case 'months':
      return /^\d{1,3}$/.test(given) && Number(given) <= 120
        ? String(Number(given))
        : say(`is "${given}": write whole months, 0 to 120`);
    case 'time': {
      const [, hour = '', minute = '00'] = /^(\d{1,2})(?:[:.h](\d\d))?$/.exec(given) ?? [];
      const time = `${hour.padStart(2, '0')}:${minute}`;
      return hour !== '' && minute < '60' && time <= '24:00' ? time : say(`is "${given}": write a time like 09:00`);
    }
    case 'currency':
      return /^[A-Za-z]{3}$/.test(given) ? given.toUpperCase() : say(`is "${given}": write an ISO code, like EUR`);
    case 'text': {
      if (/\p{Cc}/u.test(given)) return say('holds a line break or another control character');
      if (given.length > 200) return say('has more than 200 letters');
      const { oneOf } = column;
      const found = oneOf ? oneOf.find((word) => word.toLowerCase() === given.toLowerCase()) : given;
      return found ?? say(`is "${given}": write ${oneOf!.join(' or ')}`);
    }
  }
}

function numberOf(text: string, decimal: Decimal, say: Say): string | null {
  const sign = /^\s*[-−]/.test(text) || /^\(.*\)$/.test(text) ? '-' : '';
  const digits = bare(text.replace(/^\((.*)\)$/, '$1'));
  const whole = wholeOf(digits, decimal);
  if (whole === undefined)
    return say(
      `is ${text}: it is not clear whether its sign is of thousands or decimals. Write ${digits.replaceAll(/[.,]/g, '')} or ${digits}0`,
    );
  if (whole === null) return say(`is "${text}": write a number, like 1234.50`);
  const [integer] = whole.split('.') as [string];
  return integer.replace(/^0+/, '').length > 15
    ? say(`is ${text}: no amount has more than 15 digits`)
    : `${sign}${whole}`;
}

/** With a decimal point, without marks of thousands; null for what is no number, undefined for what may be two. */
function wholeOf(digits: string, decimal: Decimal): string | null | undefined {
  if (/^\d+$/.test(digits)) return digits;
  if (decimal === null && /^\d{1,3}[.,]\d{3}$/.test(digits)) return undefined;
  for (const sign of decimal === null ? (['.', ','] as const) : [decimal]) {
    const thousands = sign === '.' ? ',' : '.';
    if (new RegExp(`^\\d+\\${sign}\\d{1,9}$`).test(digits)) return digits.replace(sign, '.');
    if (grouped[sign].test(digits)) return digits.replaceAll(thousands, '').replace(sign, '.');
  }
  return null;
}

/** 2026-01, 2026-01-31, 01/2026, 01.2026 or 31.01.2026; of 01/02/2026 nobody knows the month. */
function monthOf(text: string): string | null {
  const found =
    /^(?<year>\d{4})[-/.](?<month>\d{1,2})(?:[-/.]\d{1,2})?$/.exec(text) ??
    /^(?:\d{1,2}\.)?(?<month>\d{1,2})\.(?<year>\d{4})$/.exec(text) ??
    /^(?<month>\d{1,2})[/-](?<year>\d{4})$/.exec(text);
  const { year, month } = found?.groups ?? {};
  const isMonth = Number(month) >= 1 && Number(month) <= 12 && Number(year) >= 1900 && Number(year) < 2200;
  return isMonth ? `${year}-${month!.padStart(2, '0')}-01` : null;
}
