/** The .sql files of this folder become marts: a name, a grain, a key, described columns and one select each. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  columns: { name: string; description: string }[];
  select: string;
  /** Columns looked up by when a part of the table is published. */
  indexes: string[];
  /**
   * Which rows to make again when a table that the select reads moved: a select of the key. A table that moves and is named in none
   * of these has the whole mart made again.
   */
  touched: { by: string[]; keys: string }[];
  /** Selects of the keys of rows that have to be made again beside the touched ones, which are in `direct`: rows that number their like. */
  beside: string[];
  /** What the select is limited to when only some rows are made: columns of a table, in the order of the key. Empty: all or none are made. */
  rows: { of: string; columns: string[] }[];
};

/** Tables the select names, such as `standard.case`. */
export function tablesOf(select: string): string[] {
  const found = select.matchAll(/\b(standard|golden|quality|unified)\.("?)(\w+)\2/g);
  return [...new Set([...found].map(([, schema, , name]) => `${schema}.${name}`))];
}

/** The schemas through which readers ask for metrics. */
export const doors = ['salesops', 'revops'] as const;

/**
 * One metric: its select gives basis, period, slice, value, n. `shownIn` names the views it shows in, by door. `sumsOf`: value and n are
 * sums over the rows of this one table, so what some rows add is the difference between theirs after and before.
 */
export type Metric = {
  file: string;
  name: string;
  sumsOf: string | null;
  unit: string;
  description: string;
  shownIn: Record<(typeof doors)[number], string[]>;
  select: string;
};

export type Marts = {
  /** Tables of schema unified. */
  tables: Mart[];
  /** Views of unified that show the same facts once raw and once clean. */
  basis: Mart[];
  metrics: Metric[];
  /** Views of salesops and revops that show more than metrics. */
  views: Mart[];
  checksum: string;
};

/**
 * @param local folder of the operator's own declarations: a file of its `metrics` replaces ours of the same name, or switches
 *   it off by the one line `-- off`
 * @throws DomainError `config-invalid` naming the file whose header is incomplete.
 */
export async function readMarts(local: string | null = null): Promise<Marts> {
  const [tables, basis, ours, salesops, revops] = await Promise.all(
    ['unified', 'basis', 'metrics', 'salesops', 'revops'].map((folder) =>
      readFolder(builtIn(folder), `src/marts/${folder}`),
    ),
  );
  const theirs = local === null ? [] : await readFolder(join(local, 'metrics'), join(local, 'metrics'));
  const byName = new Map([...ours!, ...theirs].map((file) => [file.name, file]));
  const metrics = [...byName.values()].filter(({ text }) => text.trim() !== '-- off');
  const all = [tables!, basis!, metrics, salesops!, revops!].flat();
  return {
    tables: tables!.map((file) => parseMart('unified', file)),
    basis: basis!.map((file) => parseMart('unified', file)),
    metrics: metrics.map(parseMetric),
    views: [
      ...salesops!.map((file) => parseMart('salesops', file)),
      ...revops!.map((file) => parseMart('revops', file)),
    ],
    checksum: createHash('sha256').update(JSON.stringify(all)).digest('hex'),
  };
}

/** `folder` as a fault names it. */
type File = { folder: string; name: string; text: string };

const pathOf = ({ folder, name }: File) => `${folder}/${name}.sql`;

const builtIn = (folder: string) => fileURLToPath(new URL(`./${folder}`, import.meta.url));

async function readFolder(at: string, shown: string): Promise<File[]> {
  // A door without a view of its own has no folder, nor has an operator without metrics.
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
  const columns = lines.filter(([word]) => word !== 'grain' && word !== 'key');
  if (!grain || columns.length === 0 || select === '') {
    throw new DomainError('config-invalid', `${pathOf(file)} needs a grain, its columns and a select.`);
  }
  return {
    file: pathOf(file),
    schema,
    name: file.name,
    grain,
    key: key?.split(',').map((column) => column.trim()) ?? [],
    columns: columns.map(([name, description]) => ({ name, description })),
    select,
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

function parseMetric(file: File): Metric {
  const { lines, select } = parseHeader(file);
  const said = (key: string) => lines.find(([word]) => word === key)?.[1];
  const [unit, description] = [said('unit'), said('metric')];
  const viewsOf = (door: string) =>
    said(door)
      ?.split(',')
      .map((view) => view.trim()) ?? [];
  if (!unit || !description || select === '') {
    throw new DomainError('config-invalid', `${pathOf(file)} needs a metric, a unit and a select.`);
  }
  const shownIn = { salesops: viewsOf('salesops'), revops: viewsOf('revops') };
  if (shownIn.salesops.length + shownIn.revops.length === 0) {
    const message = `${pathOf(file)} shows through no door: add "-- salesops: <view>" or "-- revops: <view>".`;
    throw new DomainError('config-invalid', message);
  }
  return { file: pathOf(file), name: file.name, unit, description, shownIn, sumsOf: said('sums') ?? null, select };
}
