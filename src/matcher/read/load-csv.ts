/** A CSV file and what its columns are into standardised records; what is wrong with it is named by line and column. */
import { DomainError } from '../../model/errors.ts';
import type { CanonicalField, Extra, MatchEntity } from '../definition.ts';
import { type CsvTask, readCsv } from './read-csv.ts';
import type { Records } from './read-records.ts';
import { scanCsv } from './scan-csv.ts';

export type CsvLayout = {
  entity: MatchEntity;
  id: string;
  map: Partial<Record<CanonicalField, string>>;
  extras: Extra[];
  source: string | null;
};

/** Kept cells of the records: their id, and their source where there is one. */
export const [idCell, sourceCell] = [0, 1];

/**
 * Ids must be there and unique (per source, when there is one).
 * @param shown what the file is called in faults
 * @throws DomainError `file-invalid` naming file, line and column.
 */
export async function loadCsv(
  file: string,
  { entity, id, map, extras, source }: CsvLayout,
  shown = file,
): Promise<Records> {
  const wanted = [id, ...Object.values(map), ...extras.map(({ name }) => name), ...(source === null ? [] : [source])];
  const fields = Object.keys(map) as CanonicalField[];
  const taskOf = (columns: readonly string[]): CsvTask | null => {
    const at = (name: string) => columns.indexOf(name);
    if (wanted.some((name) => at(name) < 0 || at(name) !== columns.lastIndexOf(name))) return null;
    return {
      layout: { entity, fields, extras },
      columns: [...Object.values(map), ...extras.map(({ name }) => name)].map(at),
      kept: source === null ? [at(id)] : [at(id), at(source)],
    };
  };
  const { head, records } = await readCsv(file, taskOf, undefined, shown);
  checkColumns(shown, head.columns, wanted);
  if (records === null) {
    throw new DomainError('file-invalid', `${shown}, line 2, column "${id}": there is no row under the header.`);
  }
  await checkIds(records, { file, shown, column: id }, source === null ? 1 : 2);
  return records;
}

function checkColumns(file: string, columns: readonly string[], wanted: readonly string[]): void {
  const listed = (names: string[]) => {
    const listed = [...new Set(names)].map((name) => `"${name}"`).join(', ');
    return `${file}, line 1, ${listed.includes(', ') ? 'columns' : 'column'} ${listed}`;
  };
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const known =
      columns.length > 1
        ? `the columns are ${columns.join(', ')}.`
        : `the only one is "${columns[0]}"; columns are separated by a comma, a semicolon, a tab or a pipe.`;
    throw new DomainError('file-invalid', `${listed(missing)}: there is no such column; ${known}`);
  }
  const twice = wanted.filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name));
  if (twice.length > 0) throw new DomainError('file-invalid', `${listed(twice)}: the name stands for two columns.`);
}

type IdColumn = { file: string; shown: string; column: string };

async function checkIds(records: Records, { file, shown, column }: IdColumn, keptCount: number): Promise<void> {
  const fault = async (row: number, message: string) => {
    const { line } = await scanCsv(file, row);
    return new DomainError('file-invalid', `${shown}, line ${line}, column "${column}": ${message}`);
  };
  for (let place = 0; place < records.recordCount; place += 1) {
    if (records.isBlankKept(idCell, place))
      throw await fault(records.rowOf(place), 'the id is empty; every record needs one.');
    if (place === 0) continue;
    let isSame = true;
    for (let at = 0; at < keptCount && isSame; at += 1) isSame = records.isSameKept(at, place - 1, place);
    if (isSame) {
      const used = records.kept(idCell, place);
      throw await fault(records.rowOf(place), `the id "${used}" was used before; ids must be unique.`);
    }
  }
}
