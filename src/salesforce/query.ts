/** Turns an export query into pages of REST answers in the order of Id, so that any page can be begun again after the last row read. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { ExportPage, ExportQuery } from '../model/source.ts';
import { brokenMark, nulMark } from '../model/text-mark.ts';
import { RestFault } from './fault.ts';
import { csvHeader, csvLine, parseExactly, type JsonRecord } from './record-csv.ts';
import type { Rest } from './rest.ts';
import { countSoql, exportSoql } from './soql.ts';
import { readWide, splitFields, widePageRows } from './wide-query.ts';

const answer = z.object({
  totalSize: z.number().int().nonnegative(),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.record(z.string(), z.unknown())),
});
type Answer = z.infer<typeof answer>;

/** A query under way in one session: what it said it has, and where its next records are. */
type Cursor = { total: number; seen: number; next: Answer };

/** Rows of one page at most: its text is held in memory, and 10,000 wide records are some tens of MB. */
const maxPageRows = 10_000;
/** The URL alone may have 16,384 bytes with its headers (431), fewer at some edges (414); the token takes its part. */
export const maxUrlBytes = 12_000;

export type Query = {
  /** The first answer of the query: how many rows it has in all. Kept for the first page, unless it is too wide for one query. */
  open(query: ExportQuery, signal: AbortSignal): Promise<{ key: string; total: number }>;
  count(query: ExportQuery, signal: AbortSignal): Promise<number>;
  readPage(
    query: ExportQuery,
    key: string,
    locator: string | null,
    maxRows: number,
    signal: AbortSignal,
  ): Promise<ExportPage>;
  fitsUrl(query: ExportQuery): boolean;
};

export function openQuery(rest: Rest, root: string): Query {
  // Cursors by export and the Id they go on after. They die with the session and with ten newer ones: only a short cut.
  const cursors = new Map<string, Cursor>();
  let count = 0;

  const urlOf = (soql: string) => `${root}/queryAll?${new URLSearchParams({ q: soql }).toString()}`;

  const ask = (path: string, signal: AbortSignal): Promise<Answer> =>
    rest.json(answer, { path, headers: { 'sforce-query-options': 'batchSize=2000' }, signal }, parseExactly);

  async function begin(query: ExportQuery, signal: AbortSignal): Promise<Cursor> {
    const first = await ask(urlOf(exportSoql(query, true)), signal);
    return { total: first.totalSize, seen: 0, next: first };
  }

  const fitsUrl = (query: ExportQuery) => urlOf(exportSoql(query, true)).length <= maxUrlBytes;
  const nextKey = () => `rest-${process.pid}-${Date.now()}-${(count += 1)}`;

  async function readWidePage(query: ExportQuery, signal: AbortSignal): Promise<ExportPage> {
    const parts = splitFields(query, (part) => urlOf(exportSoql(part, true, '0'.repeat(18))).length <= maxUrlBytes);
    const { records, lastId } = await readWide(query, parts, async (soql) => {
      let seen = await ask(urlOf(soql), signal);
      const all = [...seen.records];
      // A short page of an answer that holds widePageRows at most.
      while (!seen.done && seen.nextRecordsUrl !== undefined && all.length < widePageRows) {
        seen = await ask(seen.nextRecordsUrl, signal);
        all.push(...seen.records);
      }
      return all;
    });
    const lines = records.map((record) => csvLine(record, query.fields));
    return page([csvHeader(query.fields), ...lines], records.length, lastId);
  }

  return {
    fitsUrl,
    async count(query, signal) {
      return (await ask(urlOf(countSoql(query)), signal)).totalSize;
    },
    async open(query, signal) {
      if (!fitsUrl(query)) return { key: nextKey(), total: (await ask(urlOf(countSoql(query)), signal)).totalSize };
      const cursor = await begin(query, signal);
      const key = nextKey();
      cursors.set(`${key} ${query.after ?? ''}`, cursor);
      return { key, total: cursor.total };
    },
    async readPage(query, key, locator, maxRows, signal) {
      const from = locator ?? query.after;
      if (!fitsUrl(query)) return readWidePage({ ...query, after: from }, signal);
      const held = `${key} ${from ?? ''}`;
      let cursor = cursors.get(held) ?? (await begin({ ...query, after: from }, signal));
      cursors.delete(held);
      const parts: string[] = [csvHeader(query.fields)];
      let rowCount = 0;
      let last = from;
      for (;;) {
        for (const record of cursor.next.records) {
          parts.push(csvLine(record, query.fields));
          last = idOf(record);
        }
        rowCount += cursor.next.records.length;
        cursor.seen += cursor.next.records.length;
        if (cursor.next.done) break;
        const more = await goOn(cursor, signal);
        // The cursor died: the page ends here and the next one begins with a query of its own.
        if (more === null) return page(parts, rowCount, last);
        cursor = { ...cursor, next: more };
        if (rowCount + more.records.length > Math.min(maxRows, maxPageRows)) {
          cursors.set(`${key} ${last ?? ''}`, cursor);
          return page(parts, rowCount, last);
        }
      }
      if (cursor.seen !== cursor.total) {
        throw new DomainError(
          'salesforce-answer-invalid',
          `A query of ${query.object} gave ${cursor.seen} of the ${cursor.total} rows it said it has.`,
        );
      }
      return page(parts, rowCount, null);
    },
  };

  async function goOn(cursor: Cursor, signal: AbortSignal): Promise<Answer | null> {
    const path = cursor.next.nextRecordsUrl;
    if (path === undefined) throw new DomainError('salesforce-answer-invalid', 'An unfinished query has no next page.');
    try {
      return await ask(path, signal);
    } catch (error) {
      // INVALID_QUERY_LOCATOR after ten newer cursors, after a new login, or after two days.
      if (error instanceof RestFault) return null;
      throw error;
    }
  }
}

function page(parts: string[], rowCount: number, nextLocator: string | null): ExportPage {
  const hasMarks = parts.some((part) => part.includes(nulMark) || part.includes(brokenMark));
  return {
    csv: Readable.from(parts.map((part) => Buffer.from(part))),
    rowCount,
    nextLocator,
    hasMarks: () => hasMarks,
  };
}

function idOf(record: JsonRecord): string {
  if (typeof record.Id === 'string') return record.Id;
  throw new DomainError('salesforce-answer-invalid', 'A record has no Id.');
}
