/** Everything that grows is kept for as long as its setting says, and dropped after that; one row here for each. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';

/** Days; 0 keeps for ever. */
export type RetentionDays = {
  runs: number;
  events: number;
  deliveries: number;
  findings: number;
  scores: number;
  audit: number;
};

type Kept = {
  /** As `assay prune` names it. */
  name: string;
  days: keyof RetentionDays;
  table: string;
  /** SQL over the row `r`: old enough, once `before` is that day. */
  isOld: (before: Sql) => Sql;
};

const isOver = sql`r.state in ('succeeded', 'succeeded_with_warnings', 'failed', 'canceled')`;
/** What belongs to a run that is dropped, or was. */
const ofOldRun = (before: Sql) => sql`r.run_id < ${runIdOf(before)}`;

/** Run ids begin with their time (UUID version 7), so those before a moment are those below its id. */
function runIdOf(before: Sql): Sql {
  return sql`(select 'run_' || substr(h, 1, 8) || '-' || substr(h, 9, 4) from (select lpad(to_hex((extract(epoch from ${before}) * 1000)::bigint), 12, '0') as h) x)`;
}

const kept: Kept[] = [
  {
    name: 'events of runs',
    days: 'events',
    table: 'control.run_event',
    isOld: (before) =>
      sql`r.at < ${before} and exists (select from control.run o where o.id = r.run_id and o.finished_at is not null)`,
  },
  {
    // The last one that succeeded stays: what is published is of it.
    name: 'runs',
    days: 'runs',
    table: 'control.run',
    isOld: (before) => sql`r.finished_at < ${before} and ${isOver} and r.id not in (
      select distinct on (connection_id) id from control.run where state in ('succeeded', 'succeeded_with_warnings')
      order by connection_id, finished_at desc)`,
  },
  { name: 'values that could not be read', days: 'runs', table: 'mirror.quarantine', isOld: ofOldRun },
  { name: 'stability of ids', days: 'runs', table: 'golden.stability', isOld: ofOldRun },
  { name: 'comparisons with Salesforce', days: 'runs', table: 'history.reconciliation', isOld: ofOldRun },
  {
    name: 'back-tests',
    days: 'runs',
    table: 'review.backtest',
    isOld: (before) => sql`r.finished_at < ${before}
      and not exists (select from review.rule_setting s where s.backtest_id = r.id)
      and not exists (select from review.own_rule o where o.backtest_id = r.id)`,
  },
  {
    name: 'messages',
    days: 'deliveries',
    table: 'alert.message',
    isOld: (before) => sql`r.finished_at < ${before} and r.state in ('sent', 'skipped', 'dead')`,
  },
  {
    name: 'incidents that are resolved',
    days: 'findings',
    table: 'alert.incident',
    isOld: (before) => sql`r.state = 'resolved' and r.resolved_at < ${before}`,
  },
  {
    name: 'comments on closed findings',
    days: 'findings',
    table: 'review.finding_note',
    isOld: (before) =>
      sql`exists (select from quality.finding f where f.id = r.finding_id and f.closed_at < ${before})`,
  },
  {
    name: 'work on closed findings',
    days: 'findings',
    table: 'review.finding_work',
    isOld: (before) =>
      sql`exists (select from quality.finding f where f.id = r.finding_id and f.closed_at < ${before})`,
  },
  {
    name: 'closed findings',
    days: 'findings',
    table: 'quality.finding',
    isOld: (before) => sql`r.closed_at < ${before}`,
  },
  { name: 'results of rules', days: 'scores', table: 'quality.check_result', isOld: ofOldRun },
  { name: 'scores', days: 'scores', table: 'quality.score', isOld: (before) => sql`r.measured_at < ${before}` },
  { name: 'audit list', days: 'audit', table: 'control.audit', isOld: (before) => sql`r.at < ${before}` },
  {
    name: 'sessions that are over',
    days: 'events',
    table: 'control.session',
    isOld: (before) => sql`least(r.ended_at, r.expires_at) < ${before}`,
  },
  {
    name: 'sign-in links',
    days: 'events',
    table: 'control.sign_in_link',
    isOld: (before) => sql`r.expires_at < ${before}`,
  },
];

export type Pruned = { name: string; days: number; count: number };

/** Rows that one statement drops: its locks are short, and a reader waits for none of them. */
const batch = 10_000;

/** Drops what is older than its setting says, or only counts it. `now` is the clock of the service. */
export async function prune(db: Queryable, days: RetentionDays, now: Date, isDry = false): Promise<Pruned[]> {
  const pruned: Pruned[] = [];
  for (const { name, days: setting, table, isOld } of kept) {
    const age = days[setting];
    if (age === 0) continue;
    const before = sql`${new Date(now.getTime() - age * 86_400_000)}::timestamptz`;
    const rows = sql`${raw(table)} r where ${isOld(before)}`;
    let count = 0;
    for (let last = batch; last === batch;) {
      const statement = isDry
        ? sql`/* prune.count */ select count(*)::int as count from ${rows}`
        : sql`/* prune.drop */ with gone as (delete from ${raw(table)} where ctid = any(array(select r.ctid from ${rows} limit ${batch})) returning 1)
            select count(*)::int as count from gone`;
      const [row] = await db.query<{ count: number }>(statement);
      last = isDry ? 0 : (row?.count ?? 0);
      count += row?.count ?? 0;
    }
    pruned.push({ name, days: age, count });
  }
  return pruned;
}

/** Once a day, whichever worker looks first. @returns null when it is not time. */
export async function pruneDaily(db: Db, days: RetentionDays, now: Date): Promise<Pruned[] | null> {
  const claimed =
    await db.query(sql`/* prune.claim */ insert into control.retention as r (name, pruned_at) values ('all', ${now})
    on conflict (name) do update set pruned_at = excluded.pruned_at where r.pruned_at <= ${now}::timestamptz - interval '1 day'
    returning 1`);
  return claimed.length === 0 ? null : prune(db, days, now);
}
