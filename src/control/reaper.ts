/** Runs whose worker vanished, its sessions ended, and runs whose job the queue lost, are queued again, or ended when they keep crashing. */
import sql from 'sql-template-tag';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { RunState } from '../model/run.ts';
import { appendEvent } from './event.ts';
import { endSessions, freeRun } from './evict.ts';
import { enqueueAgain } from './outbox.ts';

const maxCrashes = 10;

export type Sight = {
  /** Whether the process of a lease is surely gone, so that its lease need not run out first. */
  isGone(owner: string): boolean;
  /** Whether the queue still has this job before it or in hand. */
  isPending(jobId: string): Promise<boolean>;
};

/** Returns the runs queued again and those ended. Many reapers at once are fine: they skip each other's rows. */
export async function reapRuns(db: Db, sight: Sight): Promise<{ requeued: string[]; ended: string[] }> {
  const gone = await goneOwners(db, sight);
  for (const owner of gone) await endSessions(db, owner);
  for (const { id, owner } of await lapsedRuns(db)) await freeRun(db, id, owner);
  const forgotten = await forgottenRuns(db, sight);
  return db.transaction(async (tx) => {
    const crashed = await reapCrashed(tx, gone);
    const lost = await holdLost(tx, forgotten);
    const requeued = crashed.filter(({ state }) => state === 'queued').map(({ id }) => id);
    for (const id of [...requeued, ...lost]) await enqueueAgain(tx, id);
    return {
      requeued: [...requeued, ...lost],
      ended: crashed.filter(({ state }) => state !== 'queued').map(({ id }) => id),
    };
  });
}

/** Under way by their state, though nobody has prolonged their lease for `seconds` after it ran out. */
export async function lapsedRuns(db: Queryable, seconds = 0): Promise<{ id: string; owner: string | null }[]> {
  return db.query(sql`/* reaper.lapsed */ select id, lease_owner as owner from control.run
    where state in ('running', 'canceling') and lease_until < now() - make_interval(secs => ${seconds}) order by id`);
}

async function goneOwners(db: Db, { isGone }: Sight): Promise<string[]> {
  const held = await db.query<{ owner: string }>(sql`/* reaper.owners */ select distinct lease_owner as owner
    from control.run where state in ('running', 'canceling') and lease_owner is not null`);
  return held.map(({ owner }) => owner).filter(isGone);
}

async function reapCrashed(tx: Transaction, gone: string[]): Promise<{ id: string; state: RunState }[]> {
  const { kind, message } = new DomainError(
    'crashed-repeatedly',
    `Its worker ended ${maxCrashes + 1} times without a message.`,
  );
  const crashed = await tx.query<{ id: string; state: RunState }>(sql`/* reaper.crashed */ with crashed as (
      select id, case when state = 'canceling' then 'canceled' when crash_count >= ${maxCrashes} then 'failed'
        else 'queued' end as next_state
      from control.run where state in ('running', 'canceling')
        and (lease_until < now() or lease_owner = any(${gone}::text[])) for update skip locked)
    update control.run r set state = next_state, crash_count = crash_count + 1, lease_owner = null, lease_until = null,
      finished_at = case when next_state <> 'queued' then now() end,
      reason_code = case when next_state = 'failed' then 'crashed-repeatedly' else reason_code end,
      reason = case when next_state = 'failed' then ${message} else reason end,
      next_action = case when next_state = 'failed' then ${kind.hint} end
    from crashed where r.id = crashed.id returning r.id, r.state`);
  for (const { id, state } of crashed) await appendEvent(tx, id, 'state', { state, crashed: true });
  return crashed;
}

/** A job just sent may not be seen yet, and one just finished may be about to give its run back. */
const settledSeconds = 10;

/** Queued runs of whose jobs the queue knows nothing any more: a wiped Redis looks like this. */
async function forgottenRuns(db: Db, { isPending }: Sight): Promise<string[]> {
  const waiting = await db.query<{ id: string; jobs: string[] }>(sql`/* reaper.waiting */ select r.id,
      coalesce((select array_agg(o.job_id) from control.outbox o where o.payload ->> 'runId' = r.id), '{}') as jobs
    from control.run r where ${isSettled}`);
  const forgotten: string[] = [];
  for (const { id, jobs } of waiting) {
    const pending = await Promise.all(jobs.map(isPending));
    if (!pending.includes(true)) forgotten.push(id);
  }
  return forgotten;
}

/** Those of them that nobody has queued again meanwhile, held until the transaction ends. */
async function holdLost(tx: Transaction, ids: string[]): Promise<string[]> {
  const lost = await tx.query<{ id: string }>(sql`/* reaper.lost */ select r.id from control.run r
    where r.id = any(${ids}::text[]) and ${isSettled} for update of r skip locked`);
  return lost.map(({ id }) => id);
}

const isSettled = sql`r.state = 'queued' and (r.parked_until is null or r.parked_until <= now()) and not exists (select from control.outbox o
  where o.payload ->> 'runId' = r.id
    and (o.sent_at is null or o.sent_at > now() - make_interval(secs => ${settledSeconds})))`;
