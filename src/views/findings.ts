/** Findings of the quality rules, filtered and in order, each with the words of its rule, who mends it, and whether it is waived. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
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

/** What a finding is beside its row: its work, the waiver of it that stands now, and when it was last seen. */
const full = (now: Date): Sql => sql`select f.*, w.assignee_id, coalesce(w.state, 'new') as work_state,
    p.amount as promised_amount, v.id as waiver_id, v.until_at as waived_until,
    case when f.closed_at is not null then 'closed' when v.id is not null then 'waived' else 'open' end as state
  from quality.finding f
  left join review.finding_work w on w.finding_id = f.id
  left join history.promise p on f.closed_at is null and p.connection_id = f.connection_id and p.record_id = f.record_id
    and p.rule_id = f.rule_id
  left join lateral (select n.id, n.until_at from review.waiver n where n.connection_id = f.connection_id and n.object = f.object
      and n.record_id = f.record_id and n.lifted_at is null and coalesce(n.rule_id, f.rule_id) = f.rule_id
      and coalesce(n.until_at > ${now.toISOString()}::timestamptz, true)
    union all select n.id, n.until_at from review.waiver n where f.is_waived and n.connection_id = f.connection_id and n.object = f.object
      and n.rule_id = f.rule_id and n.record_id is null and n.lifted_at is null
      and coalesce(n.until_at > ${now.toISOString()}::timestamptz, true)
    order by 2 desc nulls first limit 1) v on f.closed_at is null`;

const columns = sql`id, rule_id, rule_version, object, record_id, field, dimension, severity, is_stale,
  owner_id, amount, promised_amount, state, opened_at, closed_at, close_reason, case when close_reason = 'fixed'
    then extract(epoch from closed_at - opened_at)::float8 end as fix_seconds, assignee_id, work_state, waiver_id, waived_until,
  case when closed_at is null then greatest(last_seen_at, (select judged_at
    from quality.judgement j where j.connection_id = f.connection_id and j.object = f.object)) else last_seen_at end as last_seen_at`;

const where = ({ connectionId, state, stale, ...filter }: FindingFilter): Sql => {
  const equals = (column: Sql, value: string | undefined) => (value ? [sql`${column} = ${value}`] : []);
  const conditions = [
    sql`connection_id = ${connectionId}`,
    ...(state === 'all'
      ? []
      : [sql`closed_at is ${state === 'closed' ? sql`not null` : sql`null`}`, sql`state = ${state}`]),
    ...equals(sql`rule_id`, filter.rule),
    ...equals(sql`object`, filter.object),
    ...equals(sql`record_id`, filter.recordId),
    ...equals(sql`owner_id`, filter.ownerId),
    ...equals(sql`assignee_id`, filter.assigneeId),
    ...equals(sql`work_state`, filter.workState),
    ...equals(sql`dimension`, filter.dimension),
    ...equals(sql`severity`, filter.severity),
    ...(stale === undefined ? [] : [sql`is_stale = ${stale}`]),
  ];
  return join(conditions, ' and ');
};

/** By what the list is ordered, as one number beside the id; numbers have a text that a key of a page may carry. */
const orders: Record<FindingSort, { by: Sql; direction: 'asc' | 'desc' }> = {
  newest: { by: sql`extract(epoch from opened_at)`, direction: 'desc' },
  oldest: { by: sql`extract(epoch from opened_at)`, direction: 'asc' },
  amount: { by: sql`coalesce(amount, '-Infinity')`, direction: 'desc' },
  promised: { by: sql`coalesce(promised_amount, '-Infinity')`, direction: 'desc' },
};

export async function listFindings(
  db: Queryable,
  definitions: Definitions,
  { filter, sort, withNames, now }: FindingAsk,
  page: PageRequest,
): Promise<Page<Finding>> {
  const { by, direction } = orders[sort];
  const type = sort === 'amount' || sort === 'promised' ? sql`::float8` : sql`::numeric`;
  const beyond = raw(direction === 'asc' ? '>' : '<');
  const rows = await db.query(sql`/* findings.list */ select ${columns}, (${by})::text as place from (${full(now)}) f
    where ${where(filter)}
    ${page.after ? sql`and ((${by})${type}, id) ${beyond} (${page.after[0]}${type}, ${page.after[1]})` : empty}
    order by (${by})${type} ${raw(direction)}, id ${raw(direction)} limit ${page.limit + 1}`);
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

const groups: Record<FindingGroup, Sql> = {
  rule: sql`rule_id`,
  object: sql`object`,
  owner: sql`owner_id`,
  assignee: sql`assignee_id`,
  severity: sql`severity`,
  dimension: sql`dimension`,
  workState: sql`work_state`,
  state: sql`state`,
};

/** The most first, at most 200. */
export async function countFindings(
  db: Queryable,
  definitions: Definitions,
  { filter, withNames, now }: Omit<FindingAsk, 'sort'>,
  by: FindingGroup,
): Promise<FindingCount[]> {
  const rows =
    await db.query(sql`/* findings.count */ select ${groups[by]} as value, count(*)::int as count, sum(amount) as amount,
      min(opened_at) as oldest_at, (count(*) filter (where close_reason = 'fixed'))::int as fixed_count,
      (percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at)::float8)
        filter (where close_reason = 'fixed')) as median_fix_seconds
    from (${full(now)}) f where ${where(filter)} group by 1 order by count(*) desc, 1 limit 200`);
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
  type Row = Omit<Finding, 'title' | 'advice' | 'recordName' | 'url' | 'ownerName' | 'assigneeName'>;
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
  return found.map((row) => {
    const rule = known.find((one) => one.rule.id === row.ruleId)?.rule;
    return {
      ...row,
      title: rule?.title ?? null,
      advice: rule?.advice ?? null,
      recordName: nameOf(row.recordId),
      url: org?.url ? `${org.url}/${row.recordId}` : null,
      ownerName: nameOf(row.ownerId),
      assigneeName: nameOf(row.assigneeId),
    };
  });
}
