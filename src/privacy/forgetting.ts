/** A wish that people or an org be forgotten becomes a row, a job, and records that no pull brings back. */
import sql, { empty } from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import { enqueue } from '../control/outbox.ts';
import { activeRunId, insertRun } from '../control/run.ts';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { type Actor, actorText, systemActor } from '../model/actor.ts';
import type { Definitions } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import { eraseRecords } from './erase.ts';

export type Forgetting = {
  id: string;
  subject: 'records' | 'deleted' | 'connection';
  connectionId: string | null;
  state: 'queued' | 'erasing' | 'spreading' | 'cleaning' | 'done' | 'failed';
  reference: string | null;
  recordCount: number;
  erasedCount: number;
  /** The sync that takes the erased records out of everything made of them. */
  runId: string | null;
  fault: string | null;
  requestedBy: string;
  requestedActor: string | null;
  requestedAt: Date;
  finishedAt: Date | null;
};

const columns = sql`id, subject, connection_id as "connectionId", state, reference, record_count::float8 as "recordCount",
  erased_count::float8 as "erasedCount", run_id as "runId", fault, requested_by as "requestedBy",
  requested_actor as "requestedActor", requested_at as "requestedAt", finished_at as "finishedAt"`;

/** Newest first, at most 100. */
export const listForgettings = (db: Queryable): Promise<Forgetting[]> =>
  db.query(
    sql`/* forgetting.list */ select ${columns} from control.forgetting order by requested_at desc, id desc limit 100`,
  );

/** @throws DomainError `not-found`. */
export async function getForgetting(db: Queryable, id: string): Promise<Forgetting> {
  const [row] = await db.query<Forgetting>(
    sql`/* forgetting.get */ select ${columns} from control.forgetting where id = ${id}`,
  );
  if (!row) throw new DomainError('not-found', `There is no forgetting ${id}.`);
  return row;
}

type Wish = { subject: Forgetting['subject']; connectionId?: string; reference: string | null };

/** The row and its job, in the caller's transaction. */
export async function openForgetting(tx: Transaction, wish: Wish, by: Actor, now: Date): Promise<string> {
  const id = `fgt_${uuidv7()}`;
  await tx.query(sql`/* forgetting.open */ insert into control.forgetting
      (id, subject, connection_id, reference, requested_by, requested_actor, requested_at)
    values (${id}, ${wish.subject}, ${wish.connectionId ?? null}, ${wish.reference}, ${by.name}, ${actorText(by)}, ${now})`);
  await audit(tx, by, { kind: 'forgetting', id, action: 'start', fields: [] });
  await enqueue(tx, 'forget', id, { forgettingId: id });
  return id;
}

/** All records of a person that a golden id stands for, or one record with those merged into it. */
export type Whom = { goldenId: string } | { connectionId: string; salesforceId: string };

/**
 * Notes whom to forget. The records are not erased yet, but no pull touches them from here on.
 * @throws DomainError `not-found` when nobody is meant.
 */
export async function askForgetting(
  db: Db,
  whom: Whom,
  reference: string | null,
  by: Actor,
  now: Date,
): Promise<string> {
  return db.transaction(async (tx) => {
    const meant =
      'goldenId' in whom
        ? sql`select connection_id, id, object from golden.crosswalk where golden_id = ${whom.goldenId}`
        : sql`select x.connection_id, x.id, x.object from golden.crosswalk o join golden.crosswalk x using (entity, golden_id)
            where o.entity = 'person' and o.connection_id = ${whom.connectionId} and o.id = ${whom.salesforceId}
          union select ${whom.connectionId}, ${whom.salesforceId}, object from golden.membership
            where connection_id = ${whom.connectionId} and id = ${whom.salesforceId}`;
    const id = await openForgetting(tx, { subject: 'records', reference }, by, now);
    const noted = await tx.query(sql`/* forgetting.note */ with meant as (${meant}),
        merged as (select a.connection_id, a.loser_id as id, m.object from mirror.alias_end a
          join meant m on m.connection_id = a.connection_id and m.id = a.winner_id)
      insert into control.forgotten (connection_id, object, record_id, forgetting_id)
      select distinct on (connection_id, id) connection_id, object, id, ${id} from (select * from meant union all select * from merged) r
      on conflict (connection_id, record_id) do update set forgetting_id = excluded.forgetting_id, erased_at = null
      returning 1`);
    if (noted.length === 0) {
      const what = 'goldenId' in whom ? whom.goldenId : whom.salesforceId;
      throw new DomainError('not-found', `No person is known by ${what}.`);
    }
    await tx.query(
      sql`/* forgetting.count */ update control.forgetting set record_count = ${noted.length} where id = ${id}`,
    );
    return id;
  });
}

/** Null: there is nothing to do for it any more. */
export async function takeForgetting(db: Queryable, id: string): Promise<Forgetting | null> {
  const [row] = await db.query<Forgetting>(sql`/* forgetting.take */ update control.forgetting
    set state = case when state = 'queued' then 'erasing' else state end
    where id = ${id} and state not in ('done', 'failed') returning ${columns}`);
  return row ?? null;
}

export async function moveForgetting(
  db: Queryable,
  id: string,
  to: Forgetting['state'],
  fault: string | null = null,
): Promise<void> {
  const isOver = to === 'done' || to === 'failed';
  await db.query(sql`/* forgetting.move */ update control.forgetting set state = ${to}, fault = ${fault}
    ${isOver ? sql`, finished_at = now()` : empty} where id = ${id}`);
}

/** Records that left Salesforce by themselves may come back by themselves: a restored one is pulled again. */
export async function releaseRecords(db: Queryable, id: string): Promise<void> {
  await db.query(sql`/* forgetting.release */ delete from control.forgotten where forgetting_id = ${id}`);
}

const forgetter = systemActor('forgetting');

/**
 * Erases what is left to erase of one org, and queues the run that takes it on, in one transaction: while that run holds the
 * org no other can land a page it read before. 'busy': another run is active.
 */
export async function eraseNext(
  db: Db,
  definitions: Definitions,
  id: string,
  now: Date,
): Promise<{ runId: string } | 'nothing' | 'busy'> {
  return db.transaction(async (tx) => {
    const [next] = await tx.query<{
      connectionId: string;
    }>(sql`/* forgetting.next */ select connection_id as "connectionId"
      from control.forgotten where forgetting_id = ${id} and erased_at is null order by 1 limit 1`);
    if (!next) return 'nothing';
    const { connectionId } = next;
    const run = await insertRun(tx, { connectionId, trigger: 'http', mode: 'local', objects: null, by: forgetter });
    if (!run) return 'busy';
    const objects = await tx.query<{ object: string; ids: string[] }>(sql`/* forgetting.records */
      select object, array_agg(record_id) as ids from control.forgotten
      where forgetting_id = ${id} and connection_id = ${connectionId} and erased_at is null group by object`);
    let erased = 0;
    for (const { object, ids } of objects)
      erased += await eraseRecords(tx, definitions, { connectionId, object, ids }, now);
    await tx.query(sql`/* forgetting.erased */ update control.forgotten set erased_at = ${now}
      where forgetting_id = ${id} and connection_id = ${connectionId}`);
    await tx.query(sql`/* forgetting.spread */ update control.forgetting set state = 'spreading', run_id = ${run.id},
      erased_count = erased_count + ${erased} where id = ${id}`);
    return { runId: run.id };
  });
}

/** The run once more, after one that failed. @returns null when another run is active. */
export async function spreadAgain(db: Db, id: string, connectionId: string): Promise<string | null> {
  return db.transaction(async (tx) => {
    if (await activeRunId(tx, connectionId)) return null;
    const run = await insertRun(tx, { connectionId, trigger: 'http', mode: 'local', objects: null, by: forgetter });
    if (run)
      await tx.query(sql`/* forgetting.again */ update control.forgetting set run_id = ${run.id} where id = ${id}`);
    return run?.id ?? null;
  });
}

/** Jobs that the queue has lost are handed to it again. */
export async function requeueForgettings(db: Db, isPending: (jobId: string) => Promise<boolean>): Promise<void> {
  const open = await db.query<{
    id: string;
    jobId: string;
  }>(sql`/* forgetting.open_jobs */ select distinct on (f.id) f.id, o.job_id as "jobId"
    from control.forgetting f join control.outbox o on o.payload ->> 'forgettingId' = f.id
    where f.state not in ('done', 'failed') and o.sent_at < now() - interval '1 minute' order by f.id, o.id desc`);
  for (const { id, jobId } of open) {
    if (await isPending(jobId)) continue;
    await db.transaction(async (tx) => {
      const [{ count } = { count: 0 }] = await tx.query<{ count: number }>(sql`/* forgetting.tries */
        select count(*)::int as count from control.outbox where payload ->> 'forgettingId' = ${id}`);
      await enqueue(tx, 'forget', `${id}-${count + 1}`, { forgettingId: id });
    });
  }
}
