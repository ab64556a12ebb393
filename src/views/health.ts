/** What the service has to do becomes the figures that probes and metrics show. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';

/** @throws when the database does not answer. */
export async function ping(db: Queryable): Promise<void> {
  await db.query(sql`/* readyz.ping */ select 1`);
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
