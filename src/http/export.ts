/** Rows of a view become a file that is sent while it is read: CSV that no spreadsheet runs, or one JSON object a line. */
import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { stringify as stringifyAll } from 'csv-stringify/sync';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Page, PageRequest } from '../views/page.ts';
import { answerPage, type List, pageOf, pageQuery } from './page.ts';
import { present } from './row.ts';

export const exportFormat = z.enum(['csv', 'ndjson']).default('csv');
type Format = z.infer<typeof exportFormat>;

/** What a file is to HTTP. */
export const fileTypes: Record<Format, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' };
const pageLimit = 1_000;

/** The `response` of a route that sends one. */
export const exportResponse = {
  description: 'The rows as a file',
  content: Object.fromEntries(Object.values(fileTypes).map((type) => [type, { schema: z.string() }])),
};

/**
 * Page by page, so that no list is held whole. Text that a spreadsheet would take for a formula gets an apostrophe before it.
 * A fault after the first row ends the connection, so that half a file is not taken for a whole one.
 */
export async function sendExport<T extends z.ZodObject>(
  reply: FastifyReply,
  { name, format, row }: { name: string; format: Format; row: T },
  read: (page: PageRequest) => Promise<Page<object>>,
): Promise<void> {
  const first = await read({ limit: pageLimit, after: null });
  const rows = presented(row, first, read);
  const file =
    format === 'csv'
      ? pipeline(Readable.from(rows), csv(columnsOf(row)), (error) => {
          if (error) reply.log.error({ err: error }, 'export');
        })
      : Readable.from(lines(rows));
  return reply
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .type(`${fileTypes[format]}; charset=utf-8`)
    .send(file);
}

async function* presented<T extends z.ZodType>(
  row: T,
  first: Page<object>,
  read: (page: PageRequest) => Promise<Page<object>>,
) {
  for (let page = first; ; page = await read({ limit: pageLimit, after: page.next })) {
    for (const one of page.data) yield present(row, one);
    if (page.next === null) return;
  }
}

/** Names of a row; of an object in it each of its own, as `actor.name`. */
function columnsOf(row: z.ZodObject): string[] {
  return Object.entries(row.shape).flatMap(([name, type]) => {
    const inner = bare(type as z.ZodType);
    return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((own) => `${name}.${own}`) : [name];
  });
}

const bare = (type: z.ZodType): z.ZodType =>
  type instanceof z.ZodNullable || type instanceof z.ZodOptional ? bare(type.unwrap() as z.ZodType) : type;

const csvOptions = (columns: string[]) =>
  ({
    header: true,
    columns: columns.map((key) => ({ key, header: harmless(key) })),
    bom: true,
    record_delimiter: 'windows',
    cast: { boolean: String, string: harmless, object: (value: object) => harmless(JSON.stringify(value)) },
  }) as const;
const csv = (columns: string[]) => stringify(csvOptions(columns));

/** The same of a list that is at hand. */
export const csvText = (columns: string[], rows: object[]): string => stringifyAll(rows, csvOptions(columns));

/** What a spreadsheet would run as a formula gets an apostrophe before it; a number or a telephone, as `+49 30 1`, is none. */
export function harmless(text: string): string {
  return /^[\s\uFEFF]*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r]/.test(text) && !/^[+-][\d\s()./-]+$/.test(text)
    ? `'${text}`
    : text;
}

async function* lines(rows: AsyncIterable<unknown>) {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** The query of a list that comes by page, or whole as a file. */
export const listQuery = {
  ...pageQuery,
  format: z
    .enum(['json', ...exportFormat.def.innerType.options])
    .default('json')
    .describe('csv and ndjson give the whole list as a file; limit and cursor are for json'),
};

export function listResponse<T extends z.ZodType>(row: T) {
  const json = { 'application/json': { schema: pageOf(row) } };
  return { description: 'A page, or the whole list as a file', content: { ...json, ...exportResponse.content } };
}

/** The query of a list that is at hand: whole in either case. */
export const wholeQuery = { format: listQuery.format.describe('csv and ndjson give a file') };

export function wholeResponse<T extends z.ZodType>(row: T) {
  const json = { 'application/json': { schema: z.object({ data: z.array(row) }) } };
  return { description: 'All rows, or a file of them', content: { ...json, ...exportResponse.content } };
}

/** As `wholeQuery` asks for it. */
export async function answerWhole<T extends z.ZodObject>(
  reply: FastifyReply,
  { name, row }: Pick<List<T>, 'name' | 'row'>,
  format: Format | 'json',
  rows: object[],
) {
  if (format === 'json') return { data: rows.map((one) => present(row, one)) };
  return sendExport(reply, { name, format, row }, async () => ({ data: rows, next: null }));
}

/** As `listQuery` asks for it. */
export async function answerList<T extends z.ZodObject>(
  reply: FastifyReply,
  list: List<T>,
  { format, ...query }: { format: Format | 'json'; limit: number; cursor?: string | undefined },
  read: (page: PageRequest) => Promise<Page<object>>,
) {
  if (format === 'json') return answerPage(reply.request, list, query, read);
  return sendExport(reply, { name: list.name, format, row: list.row }, read);
}
