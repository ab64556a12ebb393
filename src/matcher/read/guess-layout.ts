/** What the columns of a file are where nobody said it: by their names and values; rows without an id go by their number. */
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { parse } from 'csv-parse';
import { canonicalFields, type MatchEntity } from '../definition.ts';
import { kindOf, mapColumns } from './columns.ts';
import { asItIs, copyOf, type FileCopy } from './copy-of.ts';
import type { CsvLayout } from './load-csv.ts';
import { isIdName } from './column-names.ts';
import { scanCsv } from './scan-csv.ts';
import { fieldsOf, isHouseNumber } from './standard.ts';

/** A layout as far as it was said; null is to be guessed. */
export type PartLayout = Pick<CsvLayout, 'extras' | 'source'> & {
  [Key in 'entity' | 'id' | 'map']: CsvLayout[Key] | null;
};

/**
 * The file itself, or a copy of it whose rows have numbers; `words`: the layout in a sentence. `mayRepeat`: the id is a column whose
 * name only suggests it, so that it may be blank or there twice.
 */
export type GuessedLayout = FileCopy & { layout: CsvLayout; words: string; mayRepeat: boolean };

/** Rows that tell what a column holds whose name does not. */
const sampleRows = 100;
const [quote, cr, lf, tab] = [0x22, 0x0d, 0x0a, 0x09];

/**
 * @param shown what the file is called in faults
 * @param trusts whether a column that is called by a word for a number may be the id
 * @param headRow the number that a spreadsheet gives the row of names
 * @throws DomainError `file-invalid`, also where no column tells who a row is
 */
export async function guessLayout(
  file: string,
  said: PartLayout,
  shown: string,
  headRow = 1,
  trusts = true,
): Promise<GuessedLayout> {
  const { columns, delimiter } = await scanCsv(file, 1, undefined, shown);
  const rows = said.entity === null || said.map === null ? await sampleOf(file, delimiter) : [];
  const entity = said.entity ?? kindOf(columns, rows);
  const map = said.map ?? guessMap(entity, columns, rows, said.extras);
  const sure = said.id ?? idAmong(columns, entity);
  const known = sure ?? (trusts ? numberAmong(columns, map, said) : null);
  const house = said.map === null && said.extras.length === 0 ? houseAmong(columns, map) : null;
  const extras: CsvLayout['extras'] = house === null ? said.extras : [{ name: house, kind: 'text' }];
  const compared = canonicalFields.flatMap((field) => (map[field] === undefined ? [] : [`${field}=${map[field]}`]));
  if (house !== null) compared.push(`its number=${house}`);
  const used = new Set([known, said.source, ...Object.values(map), ...extras.map(({ name }) => name)]);
  const others = columns.filter((column) => !used.has(column));
  const isNamed = (['first_name', 'last_name', 'full_name', 'name'] as const).some((field) => map[field] !== undefined);
  const wholeName = entity === 'person' ? 'full_name' : 'name';
  const mapped = Object.entries({ [wholeName]: '<column>', ...map }).map(([field, column]) => `${field}=${column}`);
  const named = `--entity ${entity} --map '${mapped.join(',')}'`;
  const words = [
    `The rows are taken for ${entity === 'person' ? 'people' : 'companies'}, compared by ${compared.join(', ')}.`,
    known === null ? 'A row goes by its number in a spreadsheet.' : `A row goes by its column "${known}".`,
    ...(others.length === 0 ? [] : [`Not compared: ${others.join(', ')}.`]),
    ...(isNamed || others.length === 0 ? [] : [`No column was taken for a name; say which one is: ${named}.`]),
    'Say it otherwise with --entity, --map, --compare and --id.',
  ].join(' ');
  const rest = { extras, source: said.source, entity, map };
  if (known !== null) return { ...asItIs(file), layout: { ...rest, id: known }, words, mayRepeat: sure === null };
  const id = freeName(columns);
  const copy = await copyOf(file, numberRows(id, delimiter === 0 ? tab : delimiter, headRow));
  return { ...copy, layout: { ...rest, id }, words, mayRepeat: false };
}

/** What is wrong with a row is said by who reads them all, by line and column. */
async function sampleOf(file: string, delimiter: number): Promise<string[][]> {
  const rows: string[][] = [];
  const options = { delimiter: String.fromCharCode(delimiter || tab), bom: true, from: 2, to: sampleRows + 1 };
  try {
    for await (const row of createReadStream(file).pipe(parse(options))) rows.push(row as string[]);
  } catch {
    return rows;
  }
  return rows;
}

/** Columns by which nothing of the entity is compared are left out. */
function guessMap(
  entity: MatchEntity,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  extras: CsvLayout['extras'],
): CsvLayout['map'] {
  const mapping = mapColumns(entity, columns, [], rows);
  const fields = canonicalFields.filter((field) => mapping[field] !== undefined);
  const read = new Set(fieldsOf({ entity, fields, extras }).flatMap(({ from, beside }) => [from, beside]));
  return Object.fromEntries(
    fields.flatMap((field, at) => (read.has(at) ? [[field, columns[mapping[field]!]!] as const] : [])),
  );
}

/** The column of house numbers beside that of streets; one that is called "No" alone may be the number of the row. */
function houseAmong(columns: readonly string[], map: CsvLayout['map']): string | null {
  if (map.street === undefined) return null;
  const isHouse = (name: string) => name.length > 3 && isHouseNumber({ name, kind: 'text' });
  return columns.find((name) => !Object.values(map).includes(name) && isHouse(name)) ?? null;
}

function idAmong(columns: readonly string[], entity: MatchEntity): string | null {
  const names = ['id', 'recordid', 'salesforceid', ...(entity === 'person' ? ['contactid', 'leadid'] : ['accountid'])];
  const plain = columns.map((column) => column.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const at = names.map((name) => plain.indexOf(name)).find((found) => found >= 0);
  return at === undefined ? null : columns[at]!;
}

/** A column that is called by a word for a number, of nothing else; behind a street it is the house's. */
function numberAmong(
  columns: readonly string[],
  map: CsvLayout['map'],
  { extras, source }: Pick<CsvLayout, 'extras' | 'source'>,
): string | null {
  const used = new Set([source, ...Object.values(map), ...extras.map(({ name }) => name)]);
  const isHouse = (at: number) => map.street !== undefined && columns[at - 1] === map.street;
  const isFree = (name: string, at: number) =>
    !used.has(name) && columns.indexOf(name) === columns.lastIndexOf(name) && !isHouse(at);
  const free = columns.filter(isFree);
  return free.find((name) => isIdName(name) === 2) ?? free.find((name) => isIdName(name) === 1) ?? null;
}

function freeName(columns: readonly string[]): string {
  let name = 'row';
  while (columns.includes(name)) name += '_';
  return name;
}

/** Writes a cell before each row: its number, as a spreadsheet counts them. */
function numberRows(name: string, delimiter: number, headRow: number): Transform {
  let row = headRow - 1;
  let inQuotes = false;
  let isStart = true;
  let isFirst = true;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const parts: Buffer[] = [];
      // A file may begin with a mark of its encoding.
      let from = isFirst && chunk.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0;
      isFirst = false;
      for (let at = from; at < chunk.length; at += 1) {
        const byte = chunk[at] as number;
        if (isStart) {
          row += 1;
          isStart = false;
          // An empty line is no row, but a spreadsheet counts it.
          if (byte !== lf && byte !== cr) {
            parts.push(
              chunk.subarray(from, at),
              Buffer.from(row === headRow ? name : String(row)),
              Buffer.from([delimiter]),
            );
            from = at;
          }
        }
        if (byte === quote) inQuotes = !inQuotes;
        else if (byte === lf && !inQuotes) isStart = true;
      }
      parts.push(chunk.subarray(from));
      done(null, Buffer.concat(parts));
    },
  });
}
