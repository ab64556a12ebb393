/** A queued run becomes one worker's for as long as its heart beats; whoever lost it can no longer write. */
import sql from 'sql-template-tag';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { crashPoint } from '../model/crash-point.ts';
import { DomainError } from '../model/errors.ts';
import type { RunMode, RunState } from '../model/run.ts';
import { appendEvent } from './event.ts';
import { leaseSeconds } from './evict.ts';
import { enqueueAgain } from './outbox.ts';

/** `fence` rises with every taking. */
export type Lease = { runId: string; fence: string; connectionId: string; mode: RunMode; objects: string[] | null };

/** Takes a queued run; null when it is somebody else's, cancelled or over: then there is nothing to do. */
export async function takeLease(db: Db, runId: string, owner: string, seconds = leaseSeconds): Promise<Lease | null> {
  return db.transaction(async (tx) => {
    const [lease] = await tx.query<Lease>(sql`/* lease.take */ update control.run set state = 'running',
      fence = fence + 1, lease_owner = ${owner}, lease_until = now() + make_interval(secs => ${seconds}),
      started_at = coalesce(started_at, now()), parked_until = null, reason_code = null, reason = null, next_action = null
      where id = ${runId} and state = 'queued' and (parked_until is null or parked_until <= now())
      returning id as "runId", fence, connection_id as "connectionId", mode, objects`);
    if (lease) await appendEvent(tx, runId, 'state', { state: 'running' });
    return lease ?? null;
  });
}

/** Prolongs the lease and says how the run stands: go on, stop since it is to be cancelled, or stop since it was lost. */
export async function heartbeat(
  db: Queryable,
  lease: Lease,
  seconds = leaseSeconds,
): Promise<'held' | 'canceling' | 'lost'> {
  const [row] = await db.query<{ state: 'running' | 'canceling' }>(sql`/* lease.heartbeat */ update control.run
    set lease_until = now() + make_interval(secs => ${seconds}) where id = ${lease.runId} and fence = ${lease.fence}
    and state in ('running', 'canceling') returning state`);
  if (!row) return 'lost';
  return row.state === 'running' ? 'held' : 'canceling';
}

/**
 * Under the fence, and after whatever its stages are committing at this moment: the fence they hold lets heartbeats pass,
 * but nobody who takes the run away.
 */
export const holding = ({ runId, fence }: Lease) => sql`id = (select id from control.run where id = ${runId} for update)
  and fence = ${fence} and state in ('running', 'canceling')`;

/** Gives the run back unfinished; `again` also queues its next job at once (else the current job is retried). */
export async function releaseLease(db: Db, lease: Lease, again: boolean): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.query<{ state: RunState }>(sql`/* lease.release */ update control.run set
      state = case state when 'canceling' then 'canceled' else 'queued' end,
      finished_at = case state when 'canceling' then now() end, lease_owner = null, lease_until = null
      where ${holding(lease)} returning state`);
    if (!row) return;
    await appendEvent(tx, lease.runId, 'state', { state: row.state });
    if (again && row.state === 'queued') await enqueueAgain(tx, lease.runId);
  });
}

/** Gives the run back until Salesforce has room for it again; whoever reads it meanwhile sees why it waits. */
export async function parkRun(db: Db, lease: Lease, until: Date, fault: DomainError): Promise<void> {
  await db.transaction((tx) => park(tx, lease, until, fault));
}

/** The same as part of a wider transaction. */
export async function park(tx: Queryable, lease: Lease, until: Date, fault: DomainError): Promise<void> {
  const [row] = await tx.query<{ state: RunState }>(sql`/* lease.park */ update control.run set
    state = case state when 'canceling' then 'canceled' else 'queued' end,
    finished_at = case state when 'canceling' then now() end, lease_owner = null, lease_until = null,
    parked_until = ${until}, reason_code = ${fault.code}, reason = ${fault.message},
    next_action = ${`Nothing to do: it goes on by itself at ${until.toISOString()}.`}
    where ${holding(lease)} returning state`);
  if (!row) return;
  const state = row.state === 'queued' ? 'waiting' : row.state;
  await appendEvent(tx, lease.runId, 'state', { state, reason: fault.message, nextTryAt: until.toISOString() });
}

/**
 * Holds the run against takeover until the transaction ends; heartbeats go on meanwhile.
 * @throws DomainError `lease-lost`, `canceled`.
 */
export async function assertFence(tx: Queryable, lease: Lease): Promise<void> {
  const [row] = await tx.query<{ state: RunState; fence: string }>(sql`/* lease.fence */ select state, fence
    from control.run where id = ${lease.runId} for key share`);
  checkFence(row, lease);
}

/**
 * One transaction under the fence: looked at first, to fail early, and locked last, so that at the moment of commit
 * nobody else can have taken the run. Locking first would stall a takeover for the minutes a stage may take.
 * @throws DomainError `lease-lost`, `canceled`.
 */
export async function writeFenced<T>(db: Db, lease: Lease, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ state: RunState; fence: string }>(sql`/* lease.look */ select state, fence
      from control.run where id = ${lease.runId}`);
    checkFence(row, lease);
    const result = await work(tx);
    await assertFence(tx, lease);
    crashPoint('lease.fenced');
    return result;
  });
}

function checkFence(row: { state: RunState; fence: string } | undefined, lease: Lease): void {
  if (row?.fence === lease.fence && row.state === 'running') return;
  if (row?.fence === lease.fence && row.state === 'canceling') {
    throw new DomainError('canceled', `${lease.runId} was cancelled.`);
  }
  throw new DomainError('lease-lost', `${lease.runId} is no longer held under fence ${lease.fence}.`);
}

export type RunEnd = {
  state: 'succeeded' | 'succeeded_with_warnings' | 'failed' | 'canceled';
  reasonCode?: string;
  reason?: string;
  nextAction?: string;
  warnings?: string[];
};

/** Ends the run. A run being cancelled whose work was already complete still ends as what it became. */
export async function finishRun(db: Db, lease: Lease, end: RunEnd): Promise<void> {
  await db.transaction(async (tx) => {
    const rows = await tx.query(sql`/* lease.finish */ update control.run set state = ${end.state},
      reason_code = ${end.reasonCode ?? null}, reason = ${end.reason ?? null}, next_action = ${end.nextAction ?? null},
      warnings = ${end.warnings ?? []}, finished_at = now(), lease_owner = null, lease_until = null
      where ${holding(lease)} returning id`);
    if (rows.length > 0) await appendEvent(tx, lease.runId, 'state', { state: end.state });
  });
}
