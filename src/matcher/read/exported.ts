/**
 * A list as people export it into a table that begins with the names of its columns: `sep=;` and titles above them come off, and so does
 * what a report writes below its rows. Columns without a name of their own get one, and a list without such a line all of them.
 */
import { open, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { isGivenName } from '../values/known-name.ts';
import { isFieldName, nameless } from './columns.ts';
import { asItIs, copyOf, type FileCopy } from './copy-of.ts';

export type ExportedList = FileCopy & {
  /** What was done to it, in sentences. */
  words: string[];
  /** To be added to a line of what is read for that of the file. */
  linesAbove: number;
  /** The number that a spreadsheet gives the names of the columns; 0 where the first row is a record. */
  headRow: number;
};

/** Bytes looked at, from the start and from the end, and rows of them. */
const lookBytes = 1 << 16;
const lookRows = 100;
const delimiters = ['\t', '|', ';', ','];

/** Bytes are a letter each. */
type Row = { cells: string[]; from: number; to: number };
type Rows = { rows: Row[]; delimiter: string; width: number };

/**
 * @param named columns that somebody called by their names: a row that has one is no record
 * @param isSaid somebody named all that is read: names that are there twice are his to choose
 */
export async function exportedList(
  file: string,
  named: readonly (string | null)[] = [],
  isSaid = false,
): Promise<ExportedList> {
  const asIs: ExportedList = { ...asItIs(file), words: [], linesAbove: 0, headRow: 1 };
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return asIs;
  const [head, tail] = await ends(file, found.size);
  const mark = head.startsWith('\xef\xbb\xbf') ? 3 : 0;
  const separator = /^"?sep=(.)"?[;,\t]*\r?\n/i.exec(head.slice(mark));
  const start = mark + (separator?.[0].length ?? 0);
  const table = tableOf(head, start, separator?.[1] ?? null, found.size > lookBytes);
  if (table === null) {
    if (!separator) return asIs;
    return { ...asIs, ...(await copyOf(file, part(start, found.size, ''))), linesAbove: 1 };
  }
  const { rows, delimiter, width } = table;
  const at = headerAt(rows, width);
  const header = rows[at] as Row;
  const names = header.cells.map((cell) => Buffer.from(cell, 'latin1').toString('utf8').trim());
  const isRecord = !names.some((name) => named.includes(name)) && isRow(names, rows.slice(at + 1));
  const own = isRecord ? names.map((_, column) => nameless(column)) : isSaid ? names : distinct(names);
  const isRenamed = own.some((name, column) => name !== names[column]);
  const below = width < 3 ? 0 : footerBytes(tail, width, delimiter);
  if (at === 0 && !separator && below === 0 && !isRenamed) return asIs;
  const line = own
    .map((name) => (/["\r\n;|,\t]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name))
    .join(delimiter);
  const from = isRenamed && !isRecord ? header.to : at === 0 ? start : header.from;
  const made = isRenamed ? 1 : 0;
  const end = head.slice(header.from, header.to).endsWith('\r\n') ? '\r\n' : '\n';
  return {
    ...(await copyOf(file, part(from, found.size - below, made ? `${line}${end}` : ''))),
    linesAbove: linesIn(head.slice(0, from)) - made,
    headRow: isRecord ? linesIn(head.slice(start, from)) : linesIn(head.slice(start, header.from)) + 1,
    words: [
      at === 0 ? [] : ['What stands above the names of the columns was left out.'],
      isRecord ? [`The first line is a record, so the columns are called ${own[0]} to ${own.at(-1)}.`] : [],
      below === 0 ? [] : ['What stands below the last row was left out.'],
    ].flat(),
  };
}

const linesIn = (text: string): number => text.split('\n').length - 1;

async function ends(file: string, size: number): Promise<[head: string, tail: string]> {
  const handle = await open(file);
  try {
    const read = async (position: number) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(lookBytes), 0, lookBytes, position);
      return buffer.toString('latin1', 0, bytesRead);
    };
    return [await read(0), await read(Math.max(0, size - lookBytes))];
  } finally {
    await handle.close();
  }
}

/** The bytes from `from` to `to`, behind a line. */
function part(from: number, to: number, line: string): Transform {
  let at = 0;
  let isFirst = true;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const bytes = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
      at += chunk.length;
      const text = isFirst ? line : '';
      isFirst = false;
      done(null, text === '' ? bytes : Buffer.concat([Buffer.from(text), bytes]));
    },
  });
}

/** Rows from `start` on, parted by what parts most of them into as many cells; null where nothing does. */
function tableOf(text: string, start: number, said: string | null, isCut: boolean): Rows | null {
  let best: (Rows & { fitting: number }) | null = null;
  for (const delimiter of said === null ? delimiters : [said]) {
    const rows = rowsOf(text, start, delimiter, isCut);
    const widths = new Map<number, number>();
    for (const { cells } of rows) if (cells.length > 1) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
    for (const [width, count] of widths) {
      const fitting = count / rows.length;
      if (!best || fitting > best.fitting || (fitting === best.fitting && width > best.width))
        best = { rows, delimiter, width, fitting };
    }
  }
  return best !== null && best.fitting > 0.5 ? best : null;
}

/** Rows that are not empty; of a text that is cut off not the last. */
function rowsOf(text: string, start: number, delimiter: string, isCut: boolean): Row[] {
  const rows: Row[] = [];
  for (let at = start; at < text.length && rows.length < lookRows;) {
    const row = rowAt(text, at, delimiter);
    if (isCut && row.to >= text.length) break;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
    at = row.to;
  }
  return rows;
}

function rowAt(text: string, from: number, delimiter: string): Row {
  const cells: string[] = [];
  let [cell, inQuotes] = ['', false];
  let at = from;
  for (; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (inQuotes) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[(at += 1)] as string;
      else inQuotes = false;
    } else if (letter === '"' && cell === '') inQuotes = true;
    else if (letter === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (letter === '\n') break;
    else if (letter !== '\r') cell += letter;
  }
  return { cells: [...cells, cell], from, to: Math.min(text.length, at + 1) };
}

const filledOf = ({ cells }: Row): number => cells.filter((cell) => cell.trim() !== '').length;

/** A line of text among rows, alone in its cells or parted by what is no delimiter of it; names of columns are none. */
function isTitle(row: Row, width: number): boolean {
  const filled = filledOf(row);
  if (width < 3 || filled > width / 2 || (filled > 0 && row.cells[0]?.trim() === '')) return false;
  return filled <= 1 || !row.cells.some((cell) => isFieldName(cell));
}

/** Behind titles, if a row of names is behind them: as wide as the others. */
function headerAt(rows: readonly Row[], width: number): number {
  const at = rows.findIndex((row) => !isTitle(row, width));
  return at > 0 && (rows[at] as Row).cells.length === width ? at : 0;
}

/** Of nobody's column: an address, a website, a telephone, a day. */
const isValue = (cell: string): boolean =>
  /^[^\s@]+@[^\s@]+\.[a-z]{2,}$|^(?:https?:\/\/|www\.)\S|^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$/i.test(cell) ||
  (/^\+?[\d\s()./-]{7,20}$/.test(cell) && cell.replaceAll(/\D/g, '').length >= 7);
/** Of the rows under a given name, how many have one too. */
const leastGiven = 0.3;

/** A record where the names of the columns should be. */
function isRow(names: readonly string[], below: readonly Row[]): boolean {
  if (names.some(isValue)) return true;
  if (below.length === 0 || names.some(isFieldName)) return false;
  return names.some((name, column) => {
    if (!isGivenName(name)) return false;
    const given = below.filter(({ cells }) => isGivenName(Buffer.from(cells[column] ?? '', 'latin1').toString('utf8')));
    return given.length >= leastGiven * below.length;
  });
}

/** A column without a name is called by its place; of two with one name the second gets a number. */
function distinct(names: readonly string[]): string[] {
  const found: string[] = [];
  for (const [at, name] of names.entries()) {
    let own = name === '' ? nameless(at) : name;
    for (let number = 2; found.includes(own); number += 1) own = `${name} ${number}`;
    found.push(own);
  }
  return found;
}

/** Bytes from the empty line below the last row on, if all that follows are lines of text. */
function footerBytes(tail: string, width: number, delimiter: string): number {
  const lines = tail.split('\n');
  let [bytes, footer, hasText] = [0, 0, false];
  for (const [back, line] of lines.toReversed().entries()) {
    const row = rowAt(line, 0, delimiter);
    const isEmpty = row.cells.length === 1 && row.cells[0] === '';
    if (!isEmpty && (row.cells.length === width || !isTitle(row, width))) break;
    if (back === lines.length - 1) break;
    bytes += line.length + (back === 0 ? 0 : 1);
    if (!isEmpty) hasText = true;
    else if (hasText) footer = bytes;
  }
  return footer;
}
