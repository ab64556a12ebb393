/** One page of CSV becomes rows of an all-text staging table, as they came. */
import { Transform, pipeline, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import { DomainError } from '../../model/errors.ts';
import { columnName } from '../../model/name.ts';
import { processMark } from '../../model/process-mark.ts';
import type { Export, ExportPage } from '../../model/source.ts';
import { brokenMark } from '../../model/text-mark.ts';
import type { Context } from '../context.ts';
import type { Layout } from './layout.ts';
import { runMark } from './orphan.ts';
import { fitRows, isWide } from './wide.ts';

/** Rows of one page: small enough to be read again without pain, and big pages were seen to hang (Estuary). */
const pageRows = 50_000;
const pageAttempts = 3;

/** The staging column of a field: its API name, or a shortened one where PostgreSQL would cut it at 63 bytes. */
export function stageColumn(field: string): Sql {
  return identifier(isLong(field) ? columnName(field, new Set()) : field);
}

/** The same, of the staged row `s`. */
export function stagedField(field: string): Sql {
  return sql`s.${stageColumn(field)}`;
}

const isLong = (field: string) => field.length > 63;

/** Where a page lies, and what is known of it. */
export type Staged = {
  table: string;
  fields: string[];
  rowCount: number;
  nextLocator: string | null;
  hasMarks: boolean;
};

/** Unlogged and of a name of its own, so that a worker that lost its lease cannot write into its successor's page. */
export async function createStage(context: Context, layout: Layout, fields: string[], place: string): Promise<string> {
  const name = `${layout.table.slice(0, 26)}_${runMark(context.run.id)}_${processMark}_${place}`;
  const columns = fields.map((field) => sql`${stageColumn(field)} text`);
  await context.write(async (tx) => {
    await tx.query(sql`/* pull.unstage */ drop table if exists ${identifier('stage', name)}`);
    await tx.query(sql`/* pull.stage */ create unlogged table ${identifier('stage', name)} (${join(columns)})`);
    const known = layout.fields.filter((one) => fields.includes(one.field));
    if (isWide(known)) await fitRows(context, tx, layout, known, { name, columnOf: stageColumn });
  });
  return name;
}

export async function dropStage({ db }: Context, name: string): Promise<void> {
  await db.query(sql`/* pull.unstage */ drop table if exists ${identifier('stage', name)}`);
}

/**
 * Reads one page whole into its table; a torn one is asked for again.
 * @throws DomainError `salesforce-answer-invalid` when it stays torn, `salesforce-export-lost`.
 */
export async function stagePage(
  context: Context,
  table: string,
  begun: Export,
  locator: string | null,
  signal: AbortSignal,
): Promise<Staged> {
  const { fields, object } = begun.query;
  let isRepaired = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const page = await context.source.readPage(begun, locator, pageRows, signal);
      await copyPage(context, table, object, fields, page, isRepaired, signal);
      const { rowCount, nextLocator } = page;
      return { table, fields, rowCount, nextLocator, hasMarks: isRepaired || page.hasMarks() };
    } catch (error) {
      const isTorn = error instanceof DomainError && error.code === 'salesforce-answer-invalid';
      if (!isTorn || attempt === pageAttempts) throw error;
      // 22021 character_not_in_repertoire: bytes that are no text, as of half a surrogate pair.
      isRepaired ||= (error.cause as { code?: string } | undefined)?.code === '22021';
    }
  }
}

/** The page's bytes as they come: 223-234k rows/s, where parsing in Node first gave 19-120k. */
async function copyPage(
  context: Context,
  stage: string,
  object: string,
  fields: string[],
  page: ExportPage,
  isRepaired: boolean,
  signal: AbortSignal,
): Promise<void> {
  const names = join(fields.map(stageColumn)).sql;
  // HEADER MATCH refuses a page whose columns are not the ones asked for, in their order. It knows no names over 63 bytes.
  const header = fields.some(isLong) ? 'true' : 'match';
  const checked = header === 'match' ? page.csv : headed(page.csv, fields);
  const table = identifier('stage', stage).sql;
  try {
    await context.db.transaction(async (tx) => {
      await tx.query(sql`/* pull.empty */ truncate ${raw(table)}`);
      const copied = await tx.copyIn(
        `/* pull.copy */ copy ${table} (${names}) from stdin (format csv, header ${header}, force_null (${names}))`,
        isRepaired ? repaired(checked) : checked,
      );
      if (copied === page.rowCount) return;
      throw new DomainError(
        'salesforce-answer-invalid',
        `A page of ${object} has ${copied} rows, ${page.rowCount} were announced.`,
      );
    });
  } catch (error) {
    page.csv.destroy();
    signal.throwIfAborted();
    if (error instanceof DomainError || isOfServer(error)) throw error;
    throw new DomainError('salesforce-answer-invalid', `A page of ${object} broke off or is not CSV.`, {
      cause: error,
    });
  }
}

/** A full disk, a cut connection, a server shutting down: nothing that another page would mend. Class 22 is the page's. */
function isOfServer(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code !== undefined && /^(25|40|53|57|58|XX)/.test(code);
}

/** The same bytes, refused when their first line does not name the fields in their order. */
function headed(csv: Readable, fields: string[]): Readable {
  let first: Buffer | null = Buffer.alloc(0);
  const filter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (first === null) return done(null, chunk);
      first = Buffer.concat([first, chunk]);
      const end = first.indexOf('\n');
      if (end === -1) return done();
      const line = first.subarray(0, end).toString().trim().replaceAll('"', '');
      if (line !== fields.join()) return done(new Error('The header is not the one asked for.'));
      done(null, first);
      first = null;
    },
  });
  pipeline(csv, filter, () => {});
  return filter;
}

/** Bytes that are not UTF-8 become marks; a decode and encode of every byte, so only for a page that needs it. */
function repaired(csv: Readable): Readable {
  const decoder = new StringDecoder('utf8');
  const mark = (text: string) => text.replaceAll('\u{FFFD}', brokenMark);
  let held: Buffer = Buffer.alloc(0);
  const filter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = wholeHalves(Buffer.concat([held, chunk]));
      // The three bytes of a half may lie in two chunks.
      const end = bytes.length - (bytes.at(-1) === halfByte ? 1 : bytes.at(-2) === halfByte ? 2 : 0);
      held = bytes.subarray(end);
      done(null, mark(decoder.write(bytes.subarray(0, end))));
    },
    flush: (done) => done(null, mark(decoder.write(held) + decoder.end())),
  });
  pipeline(csv, filter, () => {});
  return filter;
}

const halfByte = 0xed;
const unreadable = Buffer.from('\u{FFFD}');

/** Half a surrogate pair is three bytes: one mark, as over REST, and not one for each byte. */
function wholeHalves(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf(halfByte); at !== -1; at = bytes.indexOf(halfByte, at + 1)) {
    if ((bytes[at + 1] ?? 0) >= 0xa0 && at + 3 <= bytes.length) unreadable.copy(bytes, at);
  }
  return bytes;
}
