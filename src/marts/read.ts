/** The .sql files of this folder become marts: a name, a grain, a key, described columns and one select each. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolve } from '../metrics/derive.ts';
import { published } from '../metrics/plan.ts';
import { facts } from '../metrics/read-facts.ts';
import { DomainError } from '../model/errors.ts';

export type Mart = {
  /** The file that declares it. */
  file: string;
  schema: string;
  name: string;
  /** What one row stands for. */
  grain: string;
  /** Columns of the primary key; empty for views. */
  key: string[];
  /** Columns of the key by which rows are made again: all rows that share them at once. Empty: the whole key. */
  part?: string[];
  columns: { name: string; description: string }[];
  /** A comment that begins with `part:` holds when only some rows are made; it may ask `touched`, what these share. */
  select: string;
  /** Columns looked up by when a part of the table is published. */
  indexes: string[];
  /**
   * Which rows to make again when a table that the select reads moved: a select of the key, or of what its part is. A table that
   * moves and is named in none of these has the whole mart made again. Of a table of unified it is asked before and after that one is
   * made, and may ask `touched`, the rows that were.
   */
  touched: { by: string[]; keys: string }[];
  /** Selects of the keys of rows that have to be made again beside the touched ones, which are in `direct`: rows that number their like. */
  beside: string[];
  /** What the select is limited to when only some rows are made: columns of a table, in the order of the key. Empty: all or none are made. */
  rows: { of: string; columns: string[] }[];
};

/** What its rows are made again by. */
export const partOf = ({ key, part }: Pick<Mart, 'key' | 'part'>): string[] => part ?? key;

/** Tables the select names, such as `standard.case`. */
export function tablesOf(select: string): string[] {
  const found = select.matchAll(/\b(standard|golden|quality|review|unified)\.("?)(\w+)\2/g);
  return [...new Set([...found].map(([, schema, , name]) => `${schema}.${name}`))];
}

export type Marts = {
  /** Tables of schema unified. */
  tables: Mart[];
  /** Views of unified. */
  plain: Mart[];
  /** Views of salesops and revops that show more than metrics. */
  views: Mart[];
  checksum: string;
};

/** @throws DomainError `config-invalid` naming the file whose header is incomplete. */
export async function readMarts(): Promise<Marts> {
  const [tables, plain, salesops, revops] = await Promise.all(
    ['unified', 'plain', 'salesops', 'revops'].map((folder) => readFolder(builtIn(folder), `src/marts/${folder}`)),
  );
  const all = [tables!, plain!, salesops!, revops!].flat();
  return {
    tables: inOrder(tables!.map((file) => parseMart('unified', file))),
    plain: plain!.map((file) => parseMart('unified', file)),
    views: [
      ...salesops!.map((file) => parseMart('salesops', file)),
      ...revops!.map((file) => parseMart('revops', file)),
    ],
    checksum: createHash('sha256').update(JSON.stringify(all)).digest('hex'),
  };
}

/** Each after the tables of unified that its select reads. */
function inOrder(marts: readonly Mart[]): Mart[] {
  const done = new Set<Mart>();
  const add = (mart: Mart): void => {
    if (done.has(mart)) return;
    const reads = tablesOf(mart.select);
    for (const other of marts) if (other !== mart && reads.includes(`unified.${other.name}`)) add(other);
    done.add(mart);
  };
  for (const mart of marts) add(mart);
  return [...done];
}

/** `folder` as a fault names it. */
type File = { folder: string; name: string; text: string };

const pathOf = ({ folder, name }: File) => `${folder}/${name}.sql`;

const builtIn = (folder: string) => fileURLToPath(new URL(`./${folder}`, import.meta.url));

async function readFolder(at: string, shown: string): Promise<File[]> {
  // A door without a view of its own has no folder.
  const found = await readdir(at).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const names = found.filter((name) => name.endsWith('.sql')).sort();
  const parts = at === builtIn('parts') ? new Map<string, string>() : await readParts();
  return Promise.all(
    names.map(async (name) => ({
      folder: shown,
      name: name.slice(0, -'.sql'.length),
      text: filled(await readFile(join(at, name), 'utf8'), parts),
    })),
  );
}

/** A statement whose rows are kept, not made again: kept/<name>.sql. */
export async function readKept(name: string): Promise<string> {
  const file = (await readFolder(builtIn('kept'), 'src/marts/kept')).find((one) => one.name === name)!;
  return parseHeader(file).select;
}

/** What several marts have in common, by name: `{{zone}}` stands for parts/zone.sql without its comment. */
async function readParts(): Promise<Map<string, string>> {
  const files = await readFolder(builtIn('parts'), 'src/marts/parts');
  return new Map(files.map((file) => [file.name, parseHeader(file).select]));
}

function filled(text: string, parts: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (written, name: string) => parts.get(name) ?? written);
}

/** Splits `-- word: text` lines from the select under them. */
function parseHeader(file: File): { lines: [string, string][]; select: string } {
  const matches = [...file.text.matchAll(/^-- (\w+): (.+)$/gm)];
  const select = file.text.replace(/^--.*\n/gm, '').trim();
  return { lines: matches.map((match) => [match[1]!, match[2]!]), select };
}

/** Reads `-- grain:`, `-- key:` and one line per column. @throws DomainError `config-invalid`. */
export function parseMart(schema: string, file: File): Mart {
  const { lines, select } = parseHeader(file);
  const grain = lines.find(([word]) => word === 'grain')?.[1];
  const key = lines.find(([word]) => word === 'key')?.[1];
  const part = lines.find(([word]) => word === 'part')?.[1];
  const columns = lines.filter(([word]) => !['grain', 'key', 'part'].includes(word));
  if (!grain || columns.length === 0 || select === '') {
    throw new DomainError('config-invalid', `${pathOf(file)} needs a grain, its columns and a select.`);
  }
  return {
    file: pathOf(file),
    schema,
    name: file.name,
    grain,
    key: key?.split(',').map((column) => column.trim()) ?? [],
    ...(part !== undefined && { part: part.split(',').map((column) => column.trim()) }),
    columns: columns.map(([name, description]) => ({ name, description })),
    select: resolve(select, facts, published),
    ...parseParts(file),
  };
}

/** `-- index on: a, b`, `-- rows of <table>: <columns>` `-- touched by <tables>: <select>` and
 * `-- and with them: <select>`, which go on in lines that open with `--   `. */
function parseParts({ text }: File): Pick<Mart, 'indexes' | 'rows' | 'touched' | 'beside'> {
  const list = (words: string) => words.split(',').map((word) => word.trim());
  const whole = text.replaceAll(/\n-- {3,}/g, ' ');
  const all = (pattern: RegExp) => [...whole.matchAll(pattern)].map(([, ...found]) => found as [string, string]);
  return {
    indexes: all(/^-- index on: (.+)$/gm).flatMap(([columns]) => list(columns)),
    rows: all(/^-- rows of (\S+): (.+)$/gm).map(([of, columns]) => ({ of, columns: list(columns) })),
    beside: all(/^-- and with them: (.+)$/gm).map(([keys]) => keys),
    touched: all(/^-- touched by (.+?): (.+)$/gm).map(([by, keys]) => ({ by: list(by), keys })),
  };
}
