// Turns any org folder into what a night of changes needs: columns, counts, a sample of rows and two true duplicates.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { hash } from './random.ts';

export type Row = Readonly<Record<string, string>>;

export interface ObjectSample {
  columns: ReadonlySet<string>;
  count: number;
  /** Live rows in scattered order: about 6 % of the file, and the first 40 rows behind them so that a tiny file has some. */
  rows: Row[];
  /** Latest SystemModstamp seen. */
  newest: string;
}

const sampleShare = 0.06;
const reserve = 40;

/** Rows of a CSV file as objects, streamed; nothing if the file isn't there. */
export async function* readRows(path: string): AsyncGenerator<Row> {
  if (!existsSync(path)) return;
  const parser = createReadStream(path).pipe(parse({ columns: true, bom: true, relax_column_count: true }));
  for await (const row of parser) yield row as Row; // csv-parse with columns: true yields string records
}

export async function sampleObject(
  folder: string,
  sobject: string,
  seed: number,
  onRow?: (row: Row) => void,
): Promise<ObjectSample> {
  const picked: { row: Row; rank: number }[] = [];
  let columns: ReadonlySet<string> = new Set();
  let count = 0;
  let newest = '';
  for await (const row of readRows(join(folder, `${sobject}.csv`))) {
    if (count === 0) columns = new Set(Object.keys(row));
    count++;
    onRow?.(row);
    if ((row.SystemModstamp ?? '') > newest) newest = row.SystemModstamp ?? '';
    if (row.IsDeleted === 'true') continue;
    const rank = hash(`${seed}|${row.Id}`) / 4294967296;
    // A reserve row outside the sample ranks behind every sampled one.
    if (rank < sampleShare) picked.push({ row, rank });
    else if (count <= reserve) picked.push({ row, rank: 1 + rank });
  }
  picked.sort((a, b) => a.rank - b.rank);
  return { columns, count, rows: picked.map(({ row }) => row), newest };
}

/** The first two records of one real thing that truth.csv tells of, by object; absent where it tells of none. */
export async function truePairs(folder: string, sobjects: readonly string[]): Promise<Map<string, [string, string]>> {
  const pairs = new Map<string, [string, string]>();
  const seen = new Map<string, string>();
  for await (const { sobject = '', Id = '', entity = '' } of readRows(join(folder, 'truth.csv'))) {
    if (!sobjects.includes(sobject) || pairs.has(sobject)) continue;
    const key = `${sobject}|${entity}`;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, Id);
    else pairs.set(sobject, [other, Id]);
    if (pairs.size === sobjects.length) break;
  }
  return pairs;
}
