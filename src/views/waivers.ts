/** What people decided to leave as it is. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type WaiverView = {
  id: string;
  connectionId: string;
  object: string;
  ruleId: string | null;
  recordId: string | null;
  /** Of all records that break the rule and have the value. */
  column: string | null;
  value: string | null;
  reason: string;
  until: Date | null;
  madeBy: string;
  madeActor: string | null;
  madeAt: Date;
  liftedAt: Date | null;
  liftedBy: string | null;
};
export type WaiverFilter = { connectionId?: string; state: 'standing' | 'all'; id?: string | undefined; now: Date };

/** Newest first. Standing: neither lifted nor ended. */
export async function listWaivers(
  db: Queryable,
  { connectionId, state, id, now }: WaiverFilter,
  page: PageRequest,
): Promise<Page<WaiverView>> {
  const rows =
    await db.query(sql`/* waivers.list */ select id, connection_id, object, rule_id, record_id, segment_column as column,
      segment_value as value, reason, until_at as until, made_by, made_actor, made_at, lifted_at, lifted_by
    from review.waiver where true ${connectionId === undefined ? empty : sql`and connection_id = ${connectionId}`} ${id === undefined ? empty : sql`and id = ${id}`}
    ${state === 'all' ? empty : sql`and lifted_at is null and coalesce(until_at > ${now.toISOString()}::timestamptz, true)`}
    ${page.after ? sql`and id < ${page.after[0]}` : empty} order by id desc limit ${page.limit + 1}`);
  return toPage(camelRows<WaiverView>(rows), page, (row) => [row.id]);
}
