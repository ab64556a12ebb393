/** Finds the line of a fault in a CSV the engine refused or a value it could not read; slow, so run only on faults. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { OrgFolderError } from './folder-error.ts';

const structure: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened and never closed. Close it, and double every quote inside a value.',
  CSV_INVALID_CLOSING_QUOTE: 'Text follows a closing quote. Double every quote inside a quoted value.',
  INVALID_OPENING_QUOTE:
    'A quote stands inside an unquoted value. Quote the whole value and double the quotes inside it.',
};

/** Throws for the first row of a wrong width or broken quoting; returns where nothing of that kind is found. */
export async function findStructuralFault(path: string, file: string): Promise<void> {
  let width = 0;
  let lastLine = 0;
  try {
    for await (const { record, info } of records(path)) {
      const line = lastLine + 1;
      lastLine = info.lines;
      if (width === 0) width = record.length;
      if (record.length === width) continue;
      throw new OrgFolderError(
        { file, line, column: Math.min(record.length, width) + 1 },
        `The row has ${record.length} values where the header has ${width}.`,
        'Give every row one value per column; quote values that hold commas or line breaks.',
      );
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const column = typeof error.column === 'number' ? error.column + 1 : 1;
    const advice = structure[error.code] ?? 'Write it as RFC 4180 CSV in UTF-8.';
    // An open quote swallows the rest of the file, so its line is where its record began.
    const line = error.code === 'CSV_QUOTE_NOT_CLOSED' ? lastLine + 1 : Number(error.lines ?? lastLine + 1);
    throw new OrgFolderError({ file, line, column }, 'The CSV is broken.', advice);
  }
}

/** The line the n-th row after the header begins in, both counted from 1 and 0. */
export async function lineOfRow(path: string, row: number): Promise<number> {
  let lastLine = 0;
  let index = -1;
  for await (const { info } of records(path)) {
    if (index === row) return lastLine + 1;
    index++;
    lastLine = info.lines;
  }
  return lastLine;
}

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

function records(path: string, options: { to?: number } = {}): AsyncIterable<ParsedRecord> {
  const parser = parse({ ...options, bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
  const source = createReadStream(path);
  source.once('error', (error) => parser.destroy(error));
  return source.pipe(parser);
}

/** The header's names. */
export async function readHeader(path: string, file: string): Promise<string[]> {
  try {
    for await (const { record } of records(path, { to: 1 })) return record;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new OrgFolderError({ file, line: 1 }, 'The header does not parse.', 'Write one line of API names.');
  }
  throw new OrgFolderError({ file, line: 1 }, 'The file is empty.', 'Write a header of API names, or remove the file.');
}

/** Whether quotes pair up: the engine drops a last row whose quote never closes without a word (measured, DuckDB 1.5). */
export async function quotesPairUp(path: string): Promise<boolean> {
  let even = true;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(34); at !== -1; at = chunk.indexOf(34, at + 1)) even = !even;
  }
  return even;
}
