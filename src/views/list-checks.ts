/** Lists that are being checked, or were, and their rows with what is known of each. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { RowAnswer } from '../lookup/list-check.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type ListCheckView = {
  id: string;
  entity: string;
  name: string;
  header: string[];
  /** By canonical field: the place of its column. */
  mapping: Record<string, number>;
  rowCount: number;
  doneCount: number;
  state: 'queued' | 'running' | 'done' | 'failed';
  summary: Record<string, number> | null;
  basis: Record<string, unknown> | null;
  fault: string | null;
  requestedBy: string;
  requestedActor: string | null;
  requestedAt: Date;
  finishedAt: Date | null;
  keepUntil: Date;
};

const columns = sql`id, entity, name, header, mapping, row_count, done_count, state, summary, basis, fault, requested_by, requested_actor,
  requested_at, finished_at, keep_until`;

/** Newest first; what was to be kept until now is none any more. */
export async function listChecks(db: Queryable, now: Date, page: PageRequest): Promise<Page<ListCheckView>> {
  const rows = await db.query(sql`/* lists.list */ select ${columns} from lookup.list_check
    where keep_until > ${now} ${page.after ? sql`and id < ${page.after[0]}` : empty} order by id desc limit ${page.limit + 1}`);
  return toPage(camelRows<ListCheckView>(rows), page, ({ id }) => [id]);
}

export async function oneListCheck(db: Queryable, id: string, now: Date): Promise<ListCheckView | null> {
  const rows = await db.query(sql`/* lists.one */ select ${columns} from lookup.list_check
    where id = ${id} and keep_until > ${now}`);
  return camelRows<ListCheckView>(rows)[0] ?? null;
}

/** `answer` is null of a row that is not looked up yet. */
export type ListRowView = {
  line: number;
  cells: string[];
  answer: RowAnswer | null;
  repeatsLine: number | null;
};

/** In the order of the file. @param verdict those with this one only */
export async function listRows(
  db: Queryable,
  id: string,
  verdict: string | undefined,
  page: PageRequest,
): Promise<Page<ListRowView>> {
  const rows = await db.query(sql`/* lists.rows */ select line, cells, answer, repeats_line from lookup.list_row
    where check_id = ${id} ${page.after ? sql`and line > ${Number(page.after[0])}` : empty}
    ${verdict === undefined ? empty : sql`and answer ->> 'verdict' = ${verdict}`}
    order by line limit ${page.limit + 1}`);
  return toPage(camelRows<ListRowView>(rows), page, ({ line }) => [String(line)]);
}
