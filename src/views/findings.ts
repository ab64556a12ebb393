/** Findings of the quality rules, filtered, each with the words of its rule. */
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
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
  field: string | null;
  dimension: string;
  severity: string;
  isStale: boolean;
  ownerId: string | null;
  amount: number | null;
  openedAt: Date;
  lastSeenAt: Date;
  closedAt: Date | null;
};
export type FindingFilter = {
  connectionId: string;
  state: 'open' | 'closed' | 'all';
  rule?: string | undefined;
  object?: string | undefined;
  recordId?: string | undefined;
  ownerId?: string | undefined;
  dimension?: string | undefined;
  severity?: string | undefined;
  stale?: boolean | undefined;
};

const columns = sql`id, rule_id, rule_version, object, record_id, field, dimension, severity, is_stale,
  owner_id, amount, opened_at, closed_at, case when closed_at is null then greatest(last_seen_at, (select judged_at
    from quality.judgement j where j.connection_id = finding.connection_id and j.object = finding.object)) else last_seen_at end as last_seen_at`;

/** Newest first. */
export async function listFindings(
  db: Queryable,
  definitions: Definitions,
  filter: FindingFilter,
  page: PageRequest,
): Promise<Page<Finding>> {
  const { state, stale } = filter;
  const where = (column: Sql, value: string | undefined) => (value ? sql`and ${column} = ${value}` : empty);
  const rows = await db.query(sql`/* findings.list */ select ${columns} from quality.finding
    where connection_id = ${filter.connectionId}
    ${state === 'all' ? empty : state === 'open' ? sql`and closed_at is null` : sql`and closed_at is not null`}
    ${where(sql`rule_id`, filter.rule)} ${where(sql`object`, filter.object)}
    ${where(sql`record_id`, filter.recordId)} ${where(sql`owner_id`, filter.ownerId)}
    ${where(sql`dimension`, filter.dimension)} ${where(sql`severity`, filter.severity)}
    ${stale === undefined ? empty : sql`and is_stale = ${stale}`}
    ${page.after ? sql`and id < ${page.after[0]}` : empty}
    order by id desc limit ${page.limit + 1}`);
  return toPage(worded(definitions, rows), page, (row) => [row.id]);
}

/** What is wrong with one record now, by rule. */
export async function openFindings(
  db: Queryable,
  definitions: Definitions,
  connectionId: string,
  recordId: string,
): Promise<Finding[]> {
  const rows = await db.query(sql`/* records.findings */ select ${columns} from quality.finding
    where connection_id = ${connectionId} and record_id = ${recordId} and closed_at is null order by rule_id`);
  return worded(definitions, rows);
}

function worded({ rules }: Definitions, rows: Record<string, unknown>[]): Finding[] {
  return camelRows<Omit<Finding, 'title' | 'advice'>>(rows).map((row) => {
    const rule = rules.find(({ id }) => id === row.ruleId);
    return { ...row, title: rule?.title ?? null, advice: rule?.advice ?? null };
  });
}
