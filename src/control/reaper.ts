/** Runs whose worker vanished, and runs whose job the queue lost, are queued again, or ended when they keep crashing. */
import sql from 'sql-template-tag';
import type { Db, Transaction } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { RunState } from '../model/run.ts';
import { appendEvent } from './event.ts';
import { enqueueAgain } from './outbox.ts';

const maxCrashes = 10;

/** Returns the runs queued again and those ended. Many reapers at once are fine: they skip each other's rows. */
export async function reapRuns(db: Db): Promise<{ requeued: string[]; ended: string[] }> {
  return db.transaction(async (tx) => {
    const crashed = await reapExpired(tx);
    const lost = await findLost(tx);
    const requeued = crashed.filter(({ state }) => state === 'queued').map(({ id }) => id);
    for (const id of [...requeued, ...lost]) await enqueueAgain(tx, id);
    return {
      requeued: [...requeued, ...lost],
      ended: crashed.filter(({ state }) => state !== 'queued').map(({ id }) => id),
    };
  });
}

async function reapExpired(tx: Transaction): Promise<{ id: string; state: RunState }[]> {
  const { kind, message } = new DomainError(
    'crashed-repeatedly',
    `Its worker vanished ${maxCrashes + 1} times without a word.`,
  );
  const crashed = await tx.query<{ id: string; state: RunState }>(sql`/* reaper.expired */ with expired as (
      select id, case when state = 'canceling' then 'canceled' when crash_count >= ${maxCrashes} then 'failed'
        else 'queued' end as next_state
      from control.run where state in ('running', 'canceling') and lease_until < now() for update skip locked)
    update control.run r set state = next_state, crash_count = crash_count + 1, lease_owner = null, lease_until = null,
      finished_at = case when next_state <> 'queued' then now() end,
      reason_code = case when next_state = 'failed' then 'crashed-repeatedly' else reason_code end,
      reason = case when next_state = 'failed' then ${message} else reason end,
      next_action = case when next_state = 'failed' then ${kind.hint} end
    from expired where r.id = expired.id returning r.id, r.state`);
  for (const { id, state } of crashed) await appendEvent(tx, id, 'state', { state, crashed: true });
  return crashed;
}

/**
 * Queued runs whose last job was sent over 90 s ago: a wiped Redis looks like this. A run merely waiting its turn gets a
 * spare job, which finds nothing to do.
 */
async function findLost(tx: Transaction): Promise<string[]> {
  const lost = await tx.query<{ id: string }>(sql`/* reaper.lost */ select r.id from control.run r
    where r.state = 'queued' and not exists (select from control.outbox o where o.payload ->> 'runId' = r.id
      and (o.sent_at is null or o.sent_at > now() - interval '90 seconds')) for update of r skip locked`);
  return lost.map(({ id }) => id);
}
