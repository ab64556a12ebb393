/** What a vanished worker still holds in the database is let go: its sessions end, whatever they wait for. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { processMark } from '../model/process-mark.ts';
import { markOf } from './owner.ts';

/** Seconds a lease lasts without a heartbeat: with a beat every third of it, a killed worker is noticed within 35 s. */
export const leaseSeconds = 30;

/** Milliseconds to wait for the end of one session; it takes a few when nothing is wrong. */
const endWait = 2_000;

/**
 * Ends every session of the process behind a lease; of this very process none. Any role may end its own sessions. A
 * session is known by its name, which no other process has, so a number given to another one meanwhile does no harm.
 */
export async function endSessions(db: Queryable, owner: string): Promise<void> {
  const mark = markOf(owner);
  if (mark === null || mark === processMark) return;
  await db.query(sql`/* evict.sessions */ select pg_terminate_backend(pid, ${endWait}) from pg_stat_activity
    where usename = current_user and starts_with(application_name, 'assay ')
      and right(application_name, ${mark.length + 1}) = ${` ${mark}`}`);
}

/**
 * Ends what statements of this very process wait for by a lock: a cancelled stage would wait as long as somebody else likes. One of
 * another run that waits as well is tried again.
 */
export async function endOwnWaits(db: Queryable): Promise<void> {
  await db.query(sql`/* evict.waits */ select pg_cancel_backend(pid) from pg_stat_activity
    where usename = current_user and application_name = ${`assay worker ${processMark}`} and wait_event_type = 'Lock'`);
}

/** Makes the row of a run whose lease has run out free to be taken. Behind it nobody has a right to the row any more. */
export async function freeRun(db: Db, runId: string, owner: string | null, heldSeconds = leaseSeconds): Promise<void> {
  if (owner !== null) await endSessions(db, owner);
  const free = await db.query(sql`/* evict.look */ select from control.run where id = ${runId} for update skip locked`);
  if (free.length === 0) await endHolders(db, runId, heldSeconds);
}

/** Ends whoever keeps the row locked in a transaction older than `heldSeconds`. PostgreSQL names the holder to one who waits. */
async function endHolders(db: Db, runId: string, heldSeconds: number): Promise<void> {
  await db.transaction(async (tx) => {
    const [self] = await tx.query<{ pid: number }>(sql`/* evict.patience */ select pg_backend_pid() as pid,
      set_config('lock_timeout', ${`${2 * endWait}`}, true)`);
    const waited = tx
      .query(sql`/* evict.wait */ select from control.run where id = ${runId} for update`)
      .catch(() => 'still held: the next look comes');
    await sleep(200);
    await db.query(sql`/* evict.holders */ select pg_terminate_backend(a.pid, ${endWait}) from pg_stat_activity a
      where a.pid = any(pg_blocking_pids(${self!.pid})) and a.xact_start < now() - make_interval(secs => ${heldSeconds})`);
    await waited;
  });
}
