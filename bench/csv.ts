/** A CSV file into chosen columns of its rows, and rows into a CSV file, both streaming. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Calls `row` with the values of the named columns, in that order. Plain lines are split, which reads about a million
 * a second; a line with quotes is scanned.
 * @throws Error when a column is missing.
 */
export async function readColumns(
  file: string,
  names: readonly string[],
  row: (values: string[]) => void,
): Promise<void> {
  let places: number[] | null = null;
  let open = '';
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const text = open + line;
    const isQuoted = text.includes('"');
    if (isQuoted && (text.match(/"/g)?.length ?? 0) % 2 === 1) {
      open = `${text}\n`; // a value goes on in the next line
      continue;
    }
    open = '';
    if (text === '') continue;
    const values = isQuoted ? parseLine(text) : text.split(',');
    if (places) {
      row(places.map((place) => values[place] ?? ''));
      continue;
    }
    if (values[0]?.startsWith('\uFEFF')) values[0] = values[0].slice(1);
    places = names.map((name) => values.indexOf(name));
    const missing = names.filter((_, at) => places?.[at] === -1);
    if (missing.length > 0) throw new Error(`${file} has no column ${missing.join(', ')}; it has ${values.join(', ')}`);
  }
}

export async function readHeader(file: string): Promise<string[]> {
  for await (const line of createInterface({ input: createReadStream(file) }))
    return parseLine(line.replace('\uFEFF', ''));
  return [];
}

export async function writeRows(file: string, rows: Iterable<readonly string[]>): Promise<void> {
  await pipeline(Readable.from(lines(rows)), createWriteStream(file));
}

function* lines(rows: Iterable<readonly string[]>): Generator<string> {
  let text = '';
  for (const row of rows) {
    text += csvLine(row);
    if (text.length < 1 << 18) continue;
    yield text;
    text = '';
  }
  yield text;
}

export function csvLine(row: readonly string[]): string {
  const plain = row.join('\u0001'); // one search over the whole row: nearly all rows need no quotes
  if (!special.test(plain)) return `${plain.replaceAll('\u0001', ',')}\n`;
  return `${row.map((value) => (special.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\n`;
}

const special = /[",\r\n]/;

/** The values of one record. */
export function parseLine(line: string): string[] {
  const values: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    let value = '';
    if (line[at] === '"') {
      for (at++; at < line.length && !(line[at] === '"' && line[at + 1] !== '"'); at++) {
        if (line[at] === '"') at++;
        value += line[at] ?? '';
      }
      at++;
    } else {
      const comma = line.indexOf(',', at);
      const end = comma === -1 ? line.length : comma;
      value = line.slice(at, end);
      at = end;
    }
    values.push(value);
  }
  return values;
}
