/** A list as somebody exported it, a CSV, into its header and rows; what is wrong with it is named by line and column. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { kindOf, mapColumns, type Mapping, readMap } from '../matcher/read/columns.ts';
import { utf8Of } from '../matcher/read/encoding.ts';
import { exportedList, type ExportedList } from '../matcher/read/exported.ts';
import { scanCsv } from '../matcher/read/scan-csv.ts';
import { DomainError } from '../model/errors.ts';

export type ListRow = { line: number; cells: string[] };
export type CheckedList = { header: string[]; rows: ListRow[] };

export const listLimit = 100_000;

/**
 * In any encoding that can be told: spreadsheets still save in that of their country.
 * @param name what the list is called in faults
 * @throws DomainError `file-invalid`
 */
export async function readList(content: Buffer | string, name: string): Promise<CheckedList> {
  const head = typeof content === 'string' ? content.slice(0, 4) : content.toString('latin1', 0, 4);
  if (head === 'PK\u0003\u0004' || head === '\u00d0\u00cf\u0011\u00e0')
    throw new DomainError('file-invalid', `${name} is a workbook, as Excel saves it: save it as CSV.`);
  const folder = await mkdtemp(join(tmpdir(), 'assay-list-'));
  try {
    const sent = join(folder, 'list.csv');
    await writeFile(sent, content, { mode: 0o600 });
    const { file, release } = await utf8Of(sent);
    try {
      const exported = await exportedList(file);
      try {
        return await rowsOf(exported, name);
      } finally {
        await exported.release();
      }
    } finally {
      await release();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rowsOf({ file, linesAbove }: ExportedList, name: string): Promise<CheckedList> {
  const { columns, delimiter, rowCount } = await scanCsv(file, Infinity, undefined, name);
  if (rowCount === 0) throw new DomainError('file-invalid', `${name} has a header and no row.`);
  if (rowCount > listLimit) {
    throw new DomainError(
      'file-invalid',
      `${name} has ${rowCount} rows; a list has at most ${listLimit}. Cut it in parts.`,
    );
  }
  checkHeader(columns, name);
  const options = {
    delimiter: String.fromCharCode(delimiter),
    bom: true,
    skip_empty_lines: true,
    from: 2,
    info: true,
  };
  const rows: ListRow[] = [];
  for await (const one of createReadStream(file).pipe(parse(options))) {
    const { record, info } = one as { record: string[]; info: { lines: number } };
    rows.push({ line: info.lines + linesAbove, cells: record });
  }
  return { header: columns, rows };
}

function checkHeader(columns: readonly string[], name: string): void {
  for (const [at, column] of columns.entries()) {
    const place = `${name}, line 1, column ${at + 1}`;
    if (column === '') throw new DomainError('file-invalid', `${place}: the column has no name.`);
    if (columns.indexOf(column) < at) throw new DomainError('file-invalid', `${place}: "${column}" is there twice.`);
  }
}

/** Rows that tell what a column holds whose name does not. */
const sampleRows = 50;

const sampleOf = ({ rows }: CheckedList) => rows.slice(0, sampleRows).map(({ cells }) => cells);

export const kindOfList = (list: CheckedList): 'person' | 'company' => kindOf(list.header, sampleOf(list));

/** @param map what was said of columns, `first_name=Given,email=E-Mail` @throws DomainError as `mapColumns` and `readMap` do */
export function mapList(list: CheckedList, kind: 'person' | 'company', map: string | undefined): Mapping {
  return mapColumns(kind, list.header, readMap(map), sampleOf(list));
}
