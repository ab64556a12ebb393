/** What the service has to do becomes the figures that probes and metrics show. */
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { connectionFault } from '../db/fault.ts';
import { DomainError } from '../model/errors.ts';

/** @throws when the database does not answer; DomainError `database-read-only`, `database-full` when it takes no writes. */
export async function ping(db: Db): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      const [row] = await tx.query<{ is_read_only: boolean }>(sql`/* readyz.ping */
        select current_setting('transaction_read_only')::boolean as is_read_only, set_config('work_mem', '64kB', true)`);
      if (row!.is_read_only) throw new DomainError('database-read-only', 'PostgreSQL accepts no writes.');
      // Sorted in a temporary file of 0.3 MB: the disk is asked, and no row is written for it.
      await tx.query(sql`/* readyz.disk */ select count(*) from (
        select md5(n::text) from generate_series(1, 5000) n order by 1 offset 0) sorted`);
    });
  } catch (error) {
    throw connectionFault(error) ?? error;
  }
}

export async function countRuns(db: Queryable): Promise<{ state: string; runCount: number }[]> {
  return db.query(sql`/* metrics.runs */
    select case when state = 'queued' and parked_until > now() then 'waiting' else state end as state,
      count(*)::int as "runCount" from control.run group by 1`);
}

/** Progress, not a ping: a worker can be wedged on a half-open socket while every connection looks well. */
export async function waitingSeconds(db: Queryable, now: Date): Promise<{ outbox: number; run: number }> {
  const [row] = await db.query<{ outbox: number; run: number }>(sql`/* health.waiting */ select
    coalesce((select extract(epoch from ${now}::timestamptz - min(created_at)) from control.outbox where sent_at is null), 0)::int as outbox,
    coalesce((select extract(epoch from ${now}::timestamptz - min(greatest(created_at, parked_until))) from control.run
      where state = 'queued' and (parked_until is null or parked_until <= now())), 0)::int as run`);
  return { outbox: Math.max(0, row?.outbox ?? 0), run: Math.max(0, row?.run ?? 0) };
}

/** Messages that Slack refused for good and that no later word on their incident made up for. */
export async function countUndelivered(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql`/* health.undelivered */ select count(*)::int as count
    from alert.message m where m.state = 'dead' and not exists (select from alert.message n
      where n.incident_id = m.incident_id and n.sequence > m.sequence and n.state in ('sent', 'unconfirmed'))`);
  return row!.count;
}

export type LockWait = {
  seconds: number;
  /** The name of the statement that waits. */
  statement: string;
  /** Syncs of the worker it belongs to. */
  runIds: string[];
  /** Sessions of PostgreSQL that hold what it waits for. */
  holders: number[];
};

/** Statements of stages that wait for what no process of Assay holds, the longest first: nothing here will let it go. */
export async function lockWaits(db: Queryable, seconds = 0): Promise<LockWait[]> {
  return db.query(sql`/* health.locks */ select w.seconds, w.statement, w.holders,
      array(select r.id from control.run r where r.state in ('running', 'canceling')
        and right(r.lease_owner, length(w.mark)) = w.mark order by r.id) as "runIds"
    from (select extract(epoch from clock_timestamp() - l.waitstart)::int as seconds,
        coalesce(substring(a.query from '/\\* (\\S+) \\*/'), 'a statement') as statement,
        substring(a.application_name from ' [0-9a-f]+$') as mark, pg_blocking_pids(l.pid) as holders
      from pg_locks l join pg_stat_activity a using (pid)
      where not l.granted and l.waitstart < clock_timestamp() - make_interval(secs => ${seconds})
        and a.datname = current_database() and starts_with(a.application_name, 'assay worker ')) w
    where exists (select from pg_stat_activity h
      where h.pid = any(w.holders) and not starts_with(h.application_name, 'assay '))
    order by w.seconds desc`);
}
