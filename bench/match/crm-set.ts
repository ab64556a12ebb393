/** A made CRM on disk: its files, their truth as numbers, and how `assay match` is told of the columns. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSet, PreparedSet } from '../accuracy/data-set.ts';
import { readColumns } from '../csv.ts';
import { crmRecords, writeCrm, type CrmFiles } from './crm.ts';

export const sizes = { '100k': 100_000, '1m': 1_000_000, '10m': 10_000_000 } as const;
export type Size = keyof typeof sizes;

const seed = 1;

/** What of a set the command is told; there is nothing to load. */
export const crmSet: Omit<DataSet, 'load'> = {
  name: 'crm',
  kind: 'held-out',
  madeBy: 'bench',
  entity: 'person',
  id: 'record_id',
  map: Object.fromEntries(
    [
      'first_name',
      'last_name',
      'email',
      'phone',
      'company',
      'title',
      'street',
      'city',
      'state',
      'postal_code',
      'country',
      'website',
    ].map((field) => [field, field]),
  ),
};

export function crmPrepared(file: string): Pick<PreparedSet, 'file'> & { set: DataSet } {
  return { file, set: { ...crmSet, load: async () => ({ reason: 'made by the bench' }) } };
}

/** `truth` goes on beyond the `count` records for the tenth of them that `files.added` brings later. */
export type Crm = { files: CrmFiles; count: number; truth: Int32Array };

/** Makes the CRM unless it is there already: the same size is the same file every time. */
export async function crmOf(folder: string, count: number): Promise<Crm & { seconds: number | null }> {
  const file = (kind: string) => join(folder, `crm-${count}-${kind}.csv`);
  const files = { records: file('records'), added: file('added'), truth: file('truth') };
  const all = Math.round(count * 1.1);
  const start = performance.now();
  const isThere = Object.values(files).every((path) => existsSync(path));
  if (!isThere) await writeCrm(crmRecords(all, seed), count, files);
  const seconds = isThere ? null : (performance.now() - start) / 1000;
  return { files, count, truth: await readByRow(files.truth, 'record_id', 'person_id', all), seconds };
}

/** The row of a record in its file: records are numbered in the order they are written. */
export function rowOf(recordId: string): number {
  return Number(recordId.slice(1));
}

/**
 * A column of numbers or record ids, by the row of the record.
 * @throws Error unless each of the `count` records is there once.
 */
export async function readByRow(file: string, id: string, column: string, count: number): Promise<Int32Array> {
  const values = new Int32Array(count).fill(-1);
  let rows = 0;
  await readColumns(file, [id, column], ([recordId = '', value = '']) => {
    rows++;
    values[rowOf(recordId)] = value.startsWith('P') ? rowOf(value) : Number(value);
  });
  if (rows !== count || values.includes(-1))
    throw new Error(`${file} has ${rows} rows, ${count} were expected, one a record`);
  return values;
}
