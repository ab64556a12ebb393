/** A CSV file into tables `loaded` (id, source, mapped columns; in the order of the ids) and `raw` of a DuckDB. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { DomainError } from '../../model/errors.ts';
import { extraColumn, type CanonicalField, type Extra, type Layout, type MatchEntity } from './definition.ts';
import { scanCsv } from './scan-csv.ts';

export type CsvLayout = {
  entity: MatchEntity;
  id: string;
  map: Partial<Record<CanonicalField, string>>;
  extras: Extra[];
  source: string | null;
};

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * Ids must be there and unique (per source, when there is one).
 * @throws DomainError `file-invalid` naming file, line and column.
 */
export async function loadCsv(duck: DuckDBConnection, file: string, layout: CsvLayout): Promise<Layout> {
  const { columns, delimiter, rowCount } = await scanCsv(file);
  const at = (name: string): string => {
    const [first, second] = [columns.indexOf(name), columns.lastIndexOf(name)];
    const place = `${file}, line 1, column "${name}"`;
    if (first < 0)
      throw new DomainError(
        'file-invalid',
        `${place}: there is no such column; the columns are ${columns.join(', ')}.`,
      );
    if (first !== second) throw new DomainError('file-invalid', `${place}: the name stands for two columns.`);
    return `k${first}`;
  };
  const mapped = Object.entries(layout.map).map(([field, name]) => [field as CanonicalField, at(name)] as const);
  const extras = layout.extras.map(({ name }, index) => [extraColumn(index), at(name)] as const);
  const source = layout.source === null ? 'null::varchar' : at(layout.source);
  const types = columns.map((_, index) => `'k${index}': 'VARCHAR'`).join(', ');
  const reader = `read_csv(${text(file)}, columns = {${types}}, auto_detect = false, header = true, delim = ${text(delimiter)},
    quote = '"', escape = '"', nullstr = '', strict_mode = false, max_line_size = 16777216, buffer_size = 67108864)`;
  const wanted = [...mapped, ...extras].map(([field, column]) => `${column} as ${field}`);
  if (rowCount === 0) {
    throw new DomainError('file-invalid', `${file}, line 2, column "${layout.id}": there is no row under the header.`);
  }
  // In the order of the ids: places, and so everything that follows, don't show the order of the file.
  await duck.run(`/* match.load */ create or replace table loaded as
    select ${[`${at(layout.id)} as id`, `${source} as source`, ...wanted].join(', ')} from ${reader} order by id, source`);
  await checkIds(duck, file, layout, reader, at(layout.id), source);
  await duck.run('create or replace view raw as select rowid::integer as place, * exclude (id, source) from loaded');
  return { entity: layout.entity, fields: mapped.map(([field]) => field), extras: layout.extras };
}

async function checkIds(
  duck: DuckDBConnection,
  file: string,
  layout: CsvLayout,
  reader: string,
  id: string,
  source: string,
): Promise<void> {
  const faulty = await duck.runAndReadAll(`/* match.ids */ select id, source from loaded
    group by id, source having count(*) > 1 or trim(coalesce(id, '')) = '' order by id nulls first limit 1`);
  const [row] = faulty.getRows();
  if (!row) return;
  // Again, in the order of the file, to name the line.
  const numbered = await duck.runAndReadAll(
    `select number from (select row_number() over () - 1 as number, ${id} as id, ${source} as source from ${reader})
     where id is not distinct from $1 and source is not distinct from $2 order by number limit 2`,
    [row[0] ?? null, row[1] ?? null],
  );
  const lines = numbered.getRows().map(([number]) => Number(number));
  const empty = row[0] === null || String(row[0]).trim() === '';
  const { line } = await scanCsv(file, (empty ? lines[0] : lines[1]) ?? 0);
  const message = empty
    ? 'the id is empty; every record needs one.'
    : `the id "${row[0]}" was used before; ids must be unique.`;
  throw new DomainError('file-invalid', `${file}, line ${line}, column "${layout.id}": ${message}`);
}
