/** Findings of the quality rules, filtered and in order, each with the words of its rule, who mends it, and whether it is waived. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import { type FixKind, type Promised, promiseText } from '../model/fix.ts';
import { knownRules } from '../quality/in-force.ts';
import { namesOf, ownerNames } from './names.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type Finding = {
  id: string;
  ruleId: string;
  ruleVersion: number;
  /** Null when the rule is no longer there. */
  title: string | null;
  advice: string | null;
  object: string;
  recordId: string;
  /** Of the record; null without a name, or when names are not asked for. So the owner's and assignee's. */
  recordName: string | null;
  /** The record in Salesforce; null before the org was reached. */
  url: string | null;
  field: string | null;
  dimension: string;
  severity: string;
  isStale: boolean;
  ownerId: string | null;
  ownerName: string | null;
  amount: number | null;
  /** Money that its repair moves, as the fix ledger promises; null: not priced. */
  promisedAmount: number | null;
  /** The same in words, by metric. */
  promise: string | null;
  state: 'open' | 'waived' | 'closed';
  openedAt: Date;
  lastSeenAt: Date;
  closedAt: Date | null;
  closeReason: 'fixed' | 'gone' | 'rule' | null;
  /** From opening to the repair; null while it is open, or when nobody repaired it. */
  fixSeconds: number | null;
  assigneeId: string | null;
  assigneeName: string | null;
  workState: 'new' | 'in-progress' | 'blocked';
  /** Of the waiver that stands, if any. */
  waiverId: string | null;
  waivedUntil: Date | null;
};
export type FindingFilter = {
  connectionId: string;
  state: 'open' | 'waived' | 'closed' | 'all';
  rule?: string | undefined;
  object?: string | undefined;
  recordId?: string | undefined;
  ownerId?: string | undefined;
  assigneeId?: string | undefined;
  workState?: string | undefined;
  dimension?: string | undefined;
  severity?: string | undefined;
  stale?: boolean | undefined;
};
export const findingSort = ['newest', 'oldest', 'amount', 'promised'] as const;
export type FindingSort = (typeof findingSort)[number];
/** `withNames`: whoever asks may see names. */
export type FindingAsk = { filter: FindingFilter; sort: FindingSort; withNames: boolean; now: Date };

/** Waivers that stand now and hold for a finding `f`: those of its record, and those that the last sync found to hold for it. */
const waiversOf = (now: Date, columns: Sql, ofRecord: boolean): Sql => sql`select ${columns} from review.waiver n
  where n.connection_id = f.connection_id and n.object = f.object and n.lifted_at is null
    and coalesce(n.until_at > ${now.toISOString()}::timestamptz, true) and ${
      ofRecord
        ? sql`n.record_id = f.record_id and (n.rule_id is null or n.rule_id = f.rule_id)`
        : sql`f.is_waived and n.record_id is null and n.rule_id = f.rule_id`
    }`;

const promises = sql`left join history.promise p on f.closed_at is null and p.connection_id = f.connection_id
    and p.record_id = f.record_id and p.rule_id = f.rule_id`;

/** What a finding is beside its row: its work, what its repair promises, the waiver of it that stands now. For few rows. */
const full = (
  now: Date,
  only: { columns: Sql; from: Sql } = { columns: empty, from: empty },
): Sql => sql`select f.*${only.columns}, w.assignee_id, coalesce(w.state, 'new') as work_state,
    p.amount as promised_amount, p.kind as fix_kind, p.bookings, p.open_pipeline, v.id as waiver_id, v.until_at as waived_until,
    case when f.closed_at is not null then 'closed' when v.id is not null then 'waived' else 'open' end as state
  from quality.finding f
  ${only.from}
  left join review.finding_work w on w.finding_id = f.id
  ${promises}
  left join lateral (${waiversOf(now, sql`n.id, n.until_at`, true)}
    union all ${waiversOf(now, sql`n.id, n.until_at`, false)}
    order by 2 desc nulls first limit 1) v on f.closed_at is null`;

const columns = sql`id, rule_id, rule_version, object, record_id, field, dimension, severity, is_stale,
  owner_id, amount, promised_amount, fix_kind, bookings, open_pipeline, state, opened_at, closed_at, close_reason, case when close_reason = 'fixed'
    then extract(epoch from closed_at - opened_at)::float8 end as fix_seconds, assignee_id, work_state, waiver_id, waived_until,
  case when closed_at is null then greatest(last_seen_at, (select judged_at
    from quality.judgement j where j.connection_id = f.connection_id and j.object = f.object)) else last_seen_at end as last_seen_at`;

/** In a form that joins the waivers once, however many findings there are. */
const inState = (state: FindingFilter['state'], now: Date): Sql[] => {
  if (state === 'all') return [];
  if (state === 'closed') return [sql`f.closed_at is not null`];
  const [ofRecord, ofSegment] = [waiversOf(now, empty, true), waiversOf(now, empty, false)];
  return [
    sql`f.closed_at is null`,
    ...(state === 'open'
      ? [sql`not exists (${ofRecord})`, sql`not exists (${ofSegment})`]
      : [sql`(exists (${ofRecord}) or exists (${ofSegment}))`]),
  ];
};

const where = ({ connectionId, state, stale, workState, ...filter }: FindingFilter, now: Date): Sql => {
  const equals = (column: Sql, value: string | undefined) => (value ? [sql`${column} = ${value}`] : []);
  const conditions = [
    sql`f.connection_id = ${connectionId}`,
    ...inState(state, now),
    ...equals(sql`f.rule_id`, filter.rule),
    ...equals(sql`f.object`, filter.object),
    ...equals(sql`f.record_id`, filter.recordId),
    ...equals(sql`f.owner_id`, filter.ownerId),
    ...equals(sql`w.assignee_id`, filter.assigneeId),
    ...equals(sql`coalesce(w.state, 'new')`, workState),
    ...equals(sql`f.dimension`, filter.dimension),
    ...equals(sql`f.severity`, filter.severity),
    ...(stale === undefined ? [] : [sql`f.is_stale = ${stale}`]),
  ];
  return join(conditions, ' and ');
};

/** By what the list is ordered before the id, and as the text that the key of a page carries. */
const orders: Record<FindingSort, { by: Sql; text: Sql; type: Sql; direction: 'asc' | 'desc' }> = {
  newest: { ...byTime(sql`f.opened_at`), direction: 'desc' },
  oldest: { ...byTime(sql`f.opened_at`), direction: 'asc' },
  amount: { ...byNumber(sql`f.amount`), direction: 'desc' },
  promised: { ...byNumber(sql`p.amount`), direction: 'desc' },
};

function byTime(by: Sql) {
  return {
    by,
    text: sql`to_char(place at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    type: sql`::timestamptz`,
  };
}

/** What has none comes last. */
function byNumber(column: Sql) {
  return { by: sql`coalesce(${column}, '-Infinity')::float8`, text: sql`place::text`, type: sql`::float8` };
}

export async function listFindings(
  db: Queryable,
  definitions: Definitions,
  { filter, sort, withNames, now }: FindingAsk,
  page: PageRequest,
): Promise<Page<Finding>> {
  const { by, text, type, direction } = orders[sort];
  const beyond = raw(direction === 'asc' ? '>' : '<');
  // Which rows, and only of these the rest: of a hundred thousand findings a page shows twenty.
  const rows = await db.query(sql`/* findings.list */ with page as materialized (
      select f.id as page_id, ${by} as place from quality.finding f
      left join review.finding_work w on w.finding_id = f.id
      ${sort === 'promised' ? promises : empty}
      where ${where(filter, now)}
      ${page.after ? sql`and (${by}, f.id) ${beyond} (${page.after[0]}${type}, ${page.after[1]})` : empty}
      order by ${by} ${raw(direction)}, f.id ${raw(direction)} limit ${page.limit + 1})
    select ${columns}, ${text} as place
    from (${full(now, { columns: sql`, page.place`, from: sql`join page on page.page_id = f.id` })}) f
    order by f.place ${raw(direction)}, id ${raw(direction)}`);
  const { data, next } = toPage(rows, page, (row) => [String(row.place), String(row.id)]);
  return { data: await worded(db, definitions, filter.connectionId, data, withNames), next };
}

/** Null when there is none. */
export async function oneFinding(
  db: Queryable,
  definitions: Definitions,
  id: string,
  { withNames, now }: Pick<FindingAsk, 'withNames' | 'now'>,
): Promise<(Finding & { notes: FindingNote[] }) | null> {
  const rows = await db.query(
    sql`/* findings.one */ select ${columns}, connection_id from (${full(now)}) f where id = ${id}`,
  );
  const [finding] = await worded(db, definitions, String(rows[0]?.connection_id), rows, withNames);
  if (!finding) return null;
  const notes = await db.query(sql`/* findings.notes */ select comment, assignee_id, state, made_by, made_actor, made_at
    from review.finding_note where finding_id = ${id} order by id`);
  return { ...finding, notes: camelRows(notes) };
}

export type FindingNote = {
  comment: string | null;
  assigneeId: string | null;
  state: string | null;
  madeBy: string;
  madeActor: string | null;
  madeAt: Date;
};

/** What is wrong with one record now, by rule. */
export async function openFindings(
  db: Queryable,
  definitions: Definitions,
  { connectionId, recordId, now }: { connectionId: string; recordId: string; now: Date },
): Promise<Finding[]> {
  const rows = await db.query(sql`/* records.findings */ select ${columns} from (${full(now)}) f
    where connection_id = ${connectionId} and record_id = ${recordId} and closed_at is null order by rule_id`);
  return worded(db, definitions, connectionId, rows, true);
}

export const findingGroup = [
  'rule',
  'object',
  'owner',
  'assignee',
  'severity',
  'dimension',
  'workState',
  'state',
] as const;
export type FindingGroup = (typeof findingGroup)[number];
export type FindingCount = {
  /** Null: of nobody. */
  value: string | null;
  /** Of the rule, owner or assignee. */
  name: string | null;
  count: number;
  /** Money the findings touch; null: none has an amount. */
  amount: number | null;
  oldestAt: Date;
  /** Of those that were repaired. */
  fixedCount: number;
  medianFixSeconds: number | null;
};

const groups: Record<Exclude<FindingGroup, 'state'>, Sql> = {
  rule: sql`f.rule_id`,
  object: sql`f.object`,
  owner: sql`f.owner_id`,
  assignee: sql`w.assignee_id`,
  severity: sql`f.severity`,
  dimension: sql`f.dimension`,
  workState: sql`coalesce(w.state, 'new')`,
};

const groupSql = (by: FindingGroup, now: Date): Sql =>
  by === 'state'
    ? sql`case when f.closed_at is not null then 'closed' when ${join(inState('waived', now), ' and ')} then 'waived' else 'open' end`
    : groups[by];

/** The most first, at most 200. */
export async function countFindings(
  db: Queryable,
  definitions: Definitions,
  { filter, withNames, now }: Omit<FindingAsk, 'sort'>,
  by: FindingGroup,
): Promise<FindingCount[]> {
  const rows = await db.query(sql`/* findings.count */ select ${groupSql(by, now)} as value, count(*)::int as count,
      sum(f.amount::numeric)::float8 as amount, min(f.opened_at) as oldest_at, (count(*) filter (where close_reason = 'fixed'))::int as fixed_count,
      round((percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at)::float8)
        filter (where close_reason = 'fixed'))::numeric, 3)::float8 as median_fix_seconds
    from quality.finding f left join review.finding_work w on w.finding_id = f.id
    where ${where(filter, now)} group by 1 order by count(*) desc, 1 limit 200`);
  const counts = camelRows<Omit<FindingCount, 'name'>>(rows);
  const names = await groupNames(db, definitions, filter.connectionId, by, withNames);
  return counts.map((one) => ({ ...one, name: one.value === null ? null : (names(one.value) ?? null) }));
}

async function groupNames(
  db: Queryable,
  definitions: Definitions,
  connectionId: string,
  by: FindingGroup,
  withNames: boolean,
) {
  if (by === 'rule') {
    const known = await knownRules(db, definitions);
    return (id: string) => known.find(({ rule }) => rule.id === id)?.rule.title;
  }
  if (!withNames || (by !== 'owner' && by !== 'assignee')) return () => undefined;
  const owners = await ownerNames(db, definitions, connectionId);
  return (id: string) => owners.get(id);
}

async function worded(
  db: Queryable,
  definitions: Definitions,
  connectionId: string,
  rows: Record<string, unknown>[],
  withNames: boolean,
): Promise<Finding[]> {
  if (rows.length === 0) return [];
  type Row = Omit<Finding, 'title' | 'advice' | 'recordName' | 'url' | 'ownerName' | 'assigneeName' | 'promise'> &
    ((Omit<Promised, 'kind'> & { fixKind: FixKind }) | { fixKind: null; bookings: null; openPipeline: null });
  const found = camelRows<Row>(rows);
  const known = await knownRules(db, definitions);
  const [org] = await db.query<{ url: string | null }>(sql`/* findings.org */
    select instance_url as url from control.connection where id = ${connectionId}`);
  const people = found.flatMap(({ ownerId, assigneeId }) => [ownerId, assigneeId]);
  const asked = [
    ...found.map(({ object, recordId: id }) => ({ object, id })),
    ...people.flatMap((id) => (id === null ? [] : [{ object: 'User', id }])),
  ];
  const names = withNames ? await namesOf(db, definitions, connectionId, asked) : new Map<string, string>();
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  return found.map(({ fixKind, bookings, openPipeline, ...row }) => {
    const rule = known.find((one) => one.rule.id === row.ruleId)?.rule;
    return {
      ...row,
      promise: fixKind === null ? null : promiseText({ kind: fixKind, bookings, openPipeline }),
      title: rule?.title ?? null,
      advice: rule?.advice ?? null,
      recordName: nameOf(row.recordId),
      url: org?.url ? `${org.url}/${row.recordId}` : null,
      ownerName: nameOf(row.ownerId),
      assigneeName: nameOf(row.assigneeId),
    };
  });
}
