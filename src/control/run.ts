/** A wish to sync becomes a run row with its job in one transaction; runs are listed, read and cancelled from that row. */
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { newRunId, type RunMode, type RunState, type RunTrigger, type StageName } from '../model/run.ts';
import { audit } from './audit.ts';
import { deletedFault, getConnection } from './connection.ts';
import { appendEvent } from './event.ts';
import { freeRun } from './evict.ts';
import { enqueue } from './outbox.ts';

export type Run = {
  id: string;
  connectionId: string;
  trigger: RunTrigger;
  mode: RunMode;
  objects: string[] | null;
  state: RunState;
  reasonCode: string | null;
  reason: string | null;
  nextAction: string | null;
  warnings: string[];
  requestedBy: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  crashCount: number;
  scheduleId: string | null;
  slotAt: Date | null;
  /** Of a run that waits for Salesforce: when it is tried again. */
  nextTryAt: Date | null;
};

export type RunStage = {
  stage: StageName;
  subject: string;
  state: 'running' | 'done' | 'skipped';
  readCount: number;
  changedCount: number;
  detail: Record<string, unknown>;
  startedAt: Date;
  finishedAt: Date | null;
};

export type RunRequest = {
  connectionId: string;
  trigger: RunTrigger;
  mode: RunMode;
  /** null: every object there is. */
  objects: string[] | null;
  by: Actor;
  scheduleId?: string;
  slotAt?: Date;
};

const isWaiting = sql`state = 'queued' and parked_until > now()`;
const columns = sql`id, connection_id as "connectionId", trigger, mode, objects,
  case when ${isWaiting} then 'waiting' else state end as state,
  case when ${isWaiting} then parked_until end as "nextTryAt", reason_code as "reasonCode",
  reason, next_action as "nextAction", warnings, requested_by as "requestedBy", created_at as "createdAt",
  started_at as "startedAt", finished_at as "finishedAt", crash_count as "crashCount", schedule_id as "scheduleId",
  slot_at as "slotAt"`;

/**
 * Queues a run.
 * @throws DomainError `sync-already-active` (with the active run under `headers.location`), `not-found` when the
 * connection does not exist.
 */
export async function startRun(db: Db, request: RunRequest): Promise<Run> {
  return db.transaction((tx) => startRunWithin(tx, request));
}

/** The same as part of a wider transaction. @throws as startRun. */
export async function startRunWithin(tx: Transaction, request: RunRequest): Promise<Run> {
  const run = await insertRun(tx, request);
  if (run) {
    await audit(tx, request.by, {
      kind: 'sync',
      id: run.id,
      action: 'start',
      fields: ['connectionId', 'mode', 'objects'],
    });
    return run;
  }
  const connection = await getConnection(tx, request.connectionId);
  if (connection.deletedAt) throw deletedFault(connection);
  const active = await activeRunId(tx, request.connectionId);
  throw new DomainError(
    'sync-already-active',
    active ? `${active} is running.` : 'Another sync was started at this moment.',
    active ? { headers: { location: `/v1/syncs/${active}` } } : {},
  );
}

/**
 * The insert itself, for use in a wider transaction, without a row in the audit list: a run that follows from something
 * else has its actor in itself. Null when an active run or the same slot stands in its way.
 */
export async function insertRun(tx: Queryable, request: RunRequest): Promise<Run | null> {
  const { connectionId } = request;
  const [known] = await tx.query<{
    isDeleted: boolean;
  }>(sql`/* run.connection */ select deleted_at is not null as "isDeleted"
    from control.connection where id = ${connectionId}`);
  if (!known) throw new DomainError('not-found', `There is no connection "${connectionId}".`);
  if (known.isDeleted && request.mode !== 'local') return null;
  const [run] = await tx.query<Run>(sql`/* run.insert */ insert into control.run
    (id, connection_id, trigger, mode, objects, requested_by, schedule_id, slot_at)
    values (${newRunId()}, ${connectionId}, ${request.trigger}, ${request.mode}, ${request.objects},
      ${actorText(request.by)}, ${request.scheduleId ?? null}, ${request.slotAt ?? null})
    on conflict do nothing returning ${columns}`);
  if (!run) return null;
  await enqueue(tx, 'sync', run.id, { runId: run.id });
  await appendEvent(tx, run.id, 'state', { state: 'queued' });
  return run;
}

export async function activeRunId(tx: Queryable, connectionId: string): Promise<string | undefined> {
  const [active] = await tx.query<{ id: string }>(sql`/* run.active */ select id from control.run
    where connection_id = ${connectionId} and state in ('queued', 'running', 'canceling')`);
  return active?.id;
}

export type RunPage = { limit: number; connectionId?: string; before?: { createdAt: string; id: string } };

/**
 * Newest first, by keyset. `cursorAt` keeps the microseconds a Date would lose: pass the last row's `cursorAt` and `id`
 * as `before` to read on.
 */
export async function listRuns(db: Queryable, page: RunPage): Promise<(Run & { cursorAt: string })[]> {
  const ofConnection = page.connectionId ? sql`and connection_id = ${page.connectionId}` : empty;
  const after: Sql = page.before
    ? sql`and (created_at, id) < (${page.before.createdAt}::timestamptz, ${page.before.id})`
    : empty;
  return db.query(sql`/* run.list */ select ${columns}, to_json(created_at) #>> '{}' as "cursorAt" from control.run
    where true ${ofConnection} ${after} order by created_at desc, id desc limit ${page.limit}`);
}

/** One run with its stages in the order they began. @throws DomainError `not-found`. */
export async function getRun(db: Queryable, id: string): Promise<Run & { stages: RunStage[] }> {
  const [run] = await db.query<Run>(sql`/* run.get */ select ${columns} from control.run where id = ${id}`);
  if (!run) throw new DomainError('not-found', `There is no sync "${id}".`);
  const stages = await db.query<RunStage>(sql`/* run.stages */ select stage, subject, state,
    read_count::float8 as "readCount", changed_count::float8 as "changedCount", detail, started_at as "startedAt",
    finished_at as "finishedAt" from control.run_stage where run_id = ${id} order by started_at, stage, subject`);
  return { ...run, stages };
}

/** @throws DomainError `conflict` when somebody has it whom this role may not end. */
async function hold(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`/* run.patience */ set local lock_timeout = '5s'`);
  try {
    await tx.query(sql`/* run.hold */ select from control.run where id = ${id} for update`);
  } catch (cause) {
    // 55P03 lock_not_available
    if ((cause as { code?: string }).code !== '55P03') throw cause;
    throw new DomainError('conflict', `Another database session holds ${id}.`, { cause });
  }
}

/**
 * A queued run ends here and now, and so does one whose worker has vanished; a running one turns `canceling` until its
 * worker notices at its next heartbeat. Cancelling twice is fine. @throws DomainError `not-found`, `sync-not-active`.
 */
export async function cancelRun(db: Db, id: string, by: Actor): Promise<Run> {
  const [lapsed] = await db.query<{ owner: string | null }>(sql`/* run.lapsed */ select lease_owner as owner
    from control.run where id = ${id} and state in ('running', 'canceling') and lease_until < now()`);
  if (lapsed) await freeRun(db, id, lapsed.owner);
  return db.transaction(async (tx) => {
    // Whoever takes a run from its worker waits for what that is committing; a wish to stop need not.
    if (lapsed) await hold(tx, id);
    const isOver = sql`(state = 'queued' or (${lapsed !== undefined} and lease_until < now()))`;
    const [before] = await tx.query<{ state: RunState }>(
      sql`/* run.before */ select state from control.run where id = ${id} for no key update`,
    );
    const [run] = await tx.query<Run>(sql`/* run.cancel */ update control.run set
      state = case when ${isOver} then 'canceled' else 'canceling' end,
      finished_at = case when ${isOver} then now() end,
      lease_owner = case when not ${isOver} then lease_owner end, lease_until = case when not ${isOver} then lease_until end,
      reason_code = 'canceled', reason = 'Cancelled on request.', next_action = null, parked_until = null
      where id = ${id} and state in ('queued', 'running', 'canceling') returning ${columns}`);
    if (run) {
      await appendEvent(tx, id, 'state', { state: run.state });
      if (run.state !== before?.state) await audit(tx, by, { kind: 'sync', id, action: 'cancel', fields: ['state'] });
      return run;
    }
    const { state } = await getRun(tx, id);
    throw new DomainError('sync-not-active', `${id} has ended as ${state}.`);
  });
}
