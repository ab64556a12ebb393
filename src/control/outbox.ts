/** Jobs written beside the rows that caused them become jobs of the queue: never lost, and added twice without effect. */
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { crashPoint } from '../model/crash-point.ts';

export type OutboxJob = { queue: string; jobId: string; payload: Record<string, unknown> };

/** Notes a job in the caller's transaction; a job id noted before is left as it is. */
export async function enqueue(tx: Queryable, queue: string, jobId: string, payload: object): Promise<void> {
  await tx.query(sql`/* outbox.enqueue */ insert into control.outbox (queue, job_id, payload)
    values (${queue}, ${jobId}, ${JSON.stringify(payload)}::jsonb) on conflict (job_id) do nothing`);
}

/** Hands a run to the queue once more under the next free id, `<run>-<n>`: the queue ignores an id it still keeps. */
export async function enqueueAgain(tx: Queryable, runId: string): Promise<void> {
  const [earlier] = await tx.query<{ count: number }>(sql`/* outbox.earlier */ select count(*)::int as count
    from control.outbox where payload ->> 'runId' = ${runId}`);
  await enqueue(tx, 'sync', `${runId}-${(earlier?.count ?? 0) + 1}`, { runId });
}

/**
 * Sends what is unsent, at most `limit`, and returns how many. A relay killed between adding and marking adds the same
 * job id again, which the queue ignores. Relays beside each other skip each other's rows.
 */
export async function relayOutbox(db: Db, add: (job: OutboxJob) => Promise<void>, limit = 100): Promise<number> {
  return db.transaction(async (tx) => {
    const jobs = await tx.query<OutboxJob & { id: string }>(sql`/* outbox.claim */ select id, queue,
      job_id as "jobId", payload from control.outbox where sent_at is null order by id limit ${limit}
      for update skip locked`);
    for (const { id, ...job } of jobs) {
      await add(job);
      crashPoint('outbox.added');
      await tx.query(sql`/* outbox.mark */ update control.outbox set sent_at = now() where id = ${id}`);
    }
    return jobs.length;
  });
}

/** Drops what was sent more than seven days ago for runs that have ended. Returns the rows dropped. */
export async function cleanOutbox(db: Queryable): Promise<number> {
  const dropped = await db.query(sql`/* outbox.clean */ delete from control.outbox o
    where sent_at < now() - interval '7 days' and not exists (select from control.run r
      where r.id = o.payload ->> 'runId' and r.state in ('queued', 'running', 'canceling')) returning id`);
  return dropped.length;
}
