/** The fix ledger: repairs by what they promise, what those that were made have brought, and their sums by month. */
import sql, { empty, join, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import type { Definitions } from '../model/definitions.ts';
import { type FixKind, type FixState, fixTodo, promiseText } from '../model/fix.ts';
import { namesOf, ownerNames } from './names.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type FixPrice = {
  metric: string;
  /** What the repair alone changes on raw; null: no value to change. */
  alone: number | null;
  /** On clean, when all others are made. */
  onTop: number | null;
  /** Null while it is open. */
  realised: number | null;
};
export type FixRow = {
  id: string;
  kind: FixKind;
  state: FixState;
  object: string;
  subject: string;
  /** Of the first of its records; null without one, or when names are not asked for. So the owner's. */
  recordName: string | null;
  recordIds: string[];
  ruleIds: string[];
  ownerId: string | null;
  ownerName: string | null;
  openedAt: Date;
  endedAt: Date | null;
  undoneAt: Date | null;
  currency: string | null;
  /** Null: not priced, and `notPriced` says why. */
  predictedAmount: number | null;
  realisedAmount: number | null;
  notPriced: string | null;
  /** What to do in Salesforce, and what that does to bookings and open pipeline; null: it moves no money, or is not priced. */
  todo: string;
  promise: string | null;
  metrics: FixPrice[];
};
export type FixFilter = {
  connectionId: string;
  state?: FixRow['state'] | undefined;
  kind?: FixRow['kind'] | undefined;
  ownerId?: string | undefined;
};

const order = sql`coalesce(abs(predicted_amount), -1)`;

/** The most money first, what is not priced last. */
export async function listFixes(
  db: Queryable,
  definitions: Definitions,
  { filter, withNames }: { filter: FixFilter; withNames: boolean },
  page: PageRequest,
): Promise<Page<FixRow>> {
  const { connectionId, state, kind, ownerId } = filter;
  const conditions: Sql[] = [
    sql`connection_id = ${connectionId}`,
    ...(state ? [sql`state = ${state}`] : []),
    ...(kind ? [sql`kind = ${kind}`] : []),
    ...(ownerId ? [sql`owner_id = ${ownerId}`] : []),
  ];
  const rows =
    await db.query(sql`/* fixes.list */ select fix_id as id, kind, state, object, subject, record_ids, rule_ids, owner_id, opened_at,
      ended_at, undone_at, currency, predicted_amount, realised_amount, not_priced, (${order})::text as place,
      (select coalesce(jsonb_agg(jsonb_build_object('metric', m, 'alone', predicted -> m -> 'alone', 'onTop', predicted -> m -> 'onTop',
          'realised', realised -> m) order by m), '[]')
        from (select jsonb_object_keys(predicted) as m union select jsonb_object_keys(coalesce(realised, '{}'))) k) as metrics
    from history.fix where ${join(conditions, ' and ')}
    ${page.after ? sql`and (${order}, fix_id) < (${page.after[0]}::float8, ${page.after[1]})` : empty}
    order by ${order} desc, fix_id desc limit ${page.limit + 1}`);
  const { data, next } = toPage(rows, page, (row) => [String(row.place), String(row.id)]);
  const names = withNames ? await ownerNames(db, definitions, connectionId) : new Map<string, string>();
  const fixes = camelRows<Omit<FixRow, 'ownerName' | 'recordName' | 'todo' | 'promise'>>(data);
  const first = fixes.flatMap(({ object, recordIds: [id] }) => (id === undefined ? [] : [{ object, id }]));
  const records = withNames ? await namesOf(db, definitions, connectionId, first) : new Map<string, string>();
  const alone = ({ metrics }: Pick<FixRow, 'metrics'>, name: string) =>
    metrics.find(({ metric }) => metric === name)?.alone ?? 0;
  const named = fixes.map((fix) => ({
    ...fix,
    todo: fixTodo(fix.kind, fix.recordIds.length),
    promise: promiseText({
      kind: fix.kind,
      bookings: alone(fix, 'bookings'),
      openPipeline: alone(fix, 'open_pipeline'),
      customers: alone(fix, 'customers'),
    }),
    recordName: records.get(fix.recordIds[0] ?? '') ?? null,
    ownerName: names.get(fix.ownerId ?? '') ?? null,
  }));
  return { data: named, next };
}

export type FixMonth = {
  month: string;
  groupId: string;
  groupName: string | null;
  currency: string | null;
  doneCount: number;
  undoneCount: number;
  pricedCount: number;
  predictedAmount: number | null;
  realisedAmount: number | null;
};
export type FixAccuracy = {
  kind: string;
  metric: string;
  fixCount: number;
  predicted: number;
  realised: number;
  exactShare: number;
  lessShare: number;
  medianError: number;
  errorP10: number;
  errorP90: number;
};

/** As published; the newest month first. Nothing before the first publication. */
export async function fixSums(
  db: Queryable,
  definitions: Definitions,
  { connectionId, by, withNames }: { connectionId: string; by: 'all' | 'owner' | 'team'; withNames: boolean },
): Promise<{ months: FixMonth[]; accuracy: FixAccuracy[] }> {
  if (!(await tableExists(db, 'unified', 'quality_fix_month'))) return { months: [], accuracy: [] };
  const months = camelRows<Omit<FixMonth, 'groupName'>>(
    await db.query(sql`/* fixes.months */ select month::text as month, group_id, currency, done_count::int as done_count,
      undone_count::int as undone_count, priced_count::int as priced_count, predicted_amount, realised_amount
      from unified.quality_fix_month where connection_id = ${connectionId} and dimension = ${by}
      order by month desc, abs(realised_amount) desc nulls last, group_id limit 1000`),
  );
  const accuracy = camelRows<FixAccuracy>(
    await db.query(sql`/* fixes.accuracy */ select kind, metric, fix_count::int as fix_count, predicted, realised, exact_share, less_share,
      median_error, error_p10, error_p90 from unified.quality_fix_accuracy where connection_id = ${connectionId} order by kind, metric`),
  );
  const names = withNames && by !== 'all' ? await ownerNames(db, definitions, connectionId) : new Map<string, string>();
  return { months: months.map((one) => ({ ...one, groupName: names.get(one.groupId) ?? null })), accuracy };
}
