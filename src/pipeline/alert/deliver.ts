/** Messages of the outbox become messages in Slack, each in effect once, whatever fails in between. */
import sql from 'sql-template-tag';
import type { Db } from '../../db/connect.ts';
import { crashPoint } from '../../model/crash-point.ts';
import { DomainError } from '../../model/errors.ts';
import {
  MessageGone,
  type MessageHandle,
  type Notifier,
  NotifierDoubt,
  type SlackMessage,
} from '../../model/notifier.ts';
import { type Clock, type Log, silentLog } from '../../model/ports.ts';

type State = 'sent' | 'retry' | 'unconfirmed' | 'dead' | 'skipped';
type Claimed = {
  sequence: string;
  incident_id: string;
  key: string;
  kind: 'open' | 'update' | 'again' | 'resolve';
  payload: SlackMessage;
  attempts: number;
  handle: MessageHandle | null;
  /** An earlier attempt may have reached the channel. */
  isDoubtful: boolean;
};
type Outcome = { state: State; handle?: MessageHandle | null; code?: string; waitSeconds?: number };

export type Delivery = Record<State, number> & {
  /** When the next message falls due; null: none is left. */ nextAt: Date | null;
};

// A worker that claimed a message and is silent this long has died; a call to Slack times out after 10 s.
const claimSeconds = 60;
// Slack's history may lag behind a post; looked up sooner, a doubtful message might be sent twice.
const doubtSeconds = 10;
const attemptLimit = 20;
const longestWaitSeconds = 900;

/**
 * Sends what is due, oldest first, one message per incident at a time, until nothing is due or Slack asks to wait.
 * pending|retry -> sending -> sent | retry (not taken) | unconfirmed (answer lost) | dead (refused) | skipped (overtaken by
 * a newer revision, or an edit that a webhook cannot make). An unconfirmed post is looked up before it is sent again; a
 * webhook cannot look up, so there it stays unconfirmed. What died is tried again with other settings, and after a success.
 */
export async function deliverMessages(
  db: Db,
  notifier: Notifier,
  clock: Clock,
  log: Pick<Log, 'error'> = silentLog,
): Promise<Delivery> {
  const delivery: Delivery = { sent: 0, retry: 0, unconfirmed: 0, dead: 0, skipped: 0, nextAt: null };
  await revive(db, notifier, clock.now(), 'others');
  for (;;) {
    delivery.skipped += await skip(db, notifier.canEdit, clock.now());
    const message = await claim(db, notifier.canEdit, clock.now());
    if (!message) break;
    crashPoint('deliver.claimed');
    const outcome = await send(notifier, message);
    crashPoint('deliver.sent');
    await settle(db, notifier, message, outcome, clock.now());
    delivery[outcome.state] += 1;
    if (outcome.state === 'dead')
      log.error({ incidentId: message.incident_id, code: outcome.code }, 'Slack refused a message for good');
    // Slack takes messages again: what it refused may have been mended over there.
    if (outcome.state === 'sent') await revive(db, notifier, clock.now(), 'all');
    // The next one would meet the same answer.
    if (outcome.state === 'retry') break;
  }
  const [next] = await db.query<{
    at: Date | null;
  }>(sql`/* deliver.next */ select min(not_before) as at from alert.message
    where state in ('pending', 'sending', 'retry') or (state = 'unconfirmed' and ${notifier.canEdit})`);
  return { ...delivery, nextAt: next?.at ?? null };
}

/**
 * Only the newest word on an incident is worth sending; on a webhook only its first, another fall, and its last. A bot posts
 * another fall beside a message that stands, and not with one that is still to be posted and says the same.
 */
async function skip(db: Db, canEdit: boolean, now: Date): Promise<number> {
  const skipped = await db.query(sql`/* deliver.skip */
    update alert.message m set state = 'skipped', finished_at = ${now.toISOString()}::timestamptz
    where m.state in ('pending', 'retry') and case when m.kind = 'again' then
      exists (select from alert.message n where n.incident_id = m.incident_id and n.sequence > m.sequence
        and n.kind in ('again', 'resolve'))
      or (${canEdit} and not exists (select from alert.message p where p.incident_id = m.incident_id
        and p.sequence < m.sequence and p.state in ('sending', 'sent', 'unconfirmed')))
    else
      exists (select from alert.message n where n.incident_id = m.incident_id and n.sequence > m.sequence
        and case when ${canEdit} then n.kind <> 'again' else n.kind <> 'update' or m.kind = 'update' end)
      or (not ${canEdit} and m.kind = 'update' and exists (select from alert.message p
        where p.incident_id = m.incident_id and p.sequence < m.sequence
          and p.state in ('pending', 'retry', 'sending', 'sent', 'unconfirmed')))
    end
    returning 1`);
  return skipped.length;
}

/** What died and is still the last word of its incident falls due: of other settings, or all of it. */
async function revive(db: Db, { mark }: Notifier, now: Date, which: 'others' | 'all'): Promise<void> {
  await db.query(sql`/* deliver.revive */ update alert.message m
    set state = 'pending', attempts = 0, not_before = ${now.toISOString()}::timestamptz, finished_at = null
    where m.state = 'dead' and (${which === 'all'} or m.refused_by is distinct from ${mark})
      and not exists (select from alert.message n where n.incident_id = m.incident_id and n.sequence > m.sequence
        and n.state in ('sent', 'unconfirmed'))`);
}

async function claim(db: Db, canEdit: boolean, now: Date): Promise<Claimed | undefined> {
  const at = now.toISOString();
  const [message] = await db.query<Claimed>(sql`/* deliver.claim */
    with due as (
      select m.sequence, m.state from alert.message m
      where m.not_before <= ${at}::timestamptz
        and (m.state in ('pending', 'retry', 'sending') or (m.state = 'unconfirmed' and ${canEdit}))
        and not exists (select from alert.message e where e.incident_id = m.incident_id and e.sequence < m.sequence
          and (e.state = 'sending' or (e.state = 'unconfirmed' and ${canEdit})))
      order by m.sequence limit 1 for update skip locked
    )
    update alert.message m set state = 'sending', attempts = m.attempts + 1,
      not_before = ${at}::timestamptz + make_interval(secs => ${claimSeconds})
    from due, alert.incident i
    where m.sequence = due.sequence and i.id = m.incident_id
    returning m.sequence, m.incident_id, m.key, m.kind, m.payload, m.attempts, i.handle,
      due.state in ('sending', 'unconfirmed') as "isDoubtful"`);
  return message;
}

async function send(notifier: Notifier, message: Claimed): Promise<Outcome> {
  // Found in `sending` after its time, on a webhook: it may be there, and nobody can look.
  if (message.isDoubtful && !notifier.canEdit) return { state: 'unconfirmed' };
  // Another fall is a message of its own, in the thread of the first.
  const isAgain = message.kind === 'again';
  const key = isAgain ? message.key : message.incident_id;
  let handle = isAgain ? null : message.handle;
  try {
    if (!handle && message.isDoubtful) handle = await notifier.find(key);
    if (handle && isAgain) return { state: 'sent', handle };
    if (handle && notifier.canEdit) {
      try {
        await notifier.edit(handle, message.payload);
        return { state: 'sent', handle };
      } catch (error) {
        if (!(error instanceof MessageGone)) throw error;
        handle = null;
      }
    }
    return { state: 'sent', handle: await notifier.post(message.payload, key, isAgain ? message.handle : null) };
  } catch (error) {
    if (error instanceof NotifierDoubt) {
      // An edit may be repeated at will; a post may not.
      if (handle) return { state: 'retry', handle, code: 'slack-unavailable', waitSeconds: doubtSeconds };
      return { state: 'unconfirmed', waitSeconds: doubtSeconds };
    }
    if (!(error instanceof DomainError)) throw error;
    const { code } = error;
    if (error.kind.retry === 'never' || message.attempts >= attemptLimit) return { state: 'dead', code };
    const wait = Math.max(
      Number(error.headers['retry-after'] ?? 0),
      Math.min(2 ** message.attempts, longestWaitSeconds),
    );
    // The look-up failed, not the post: the doubt remains.
    return { state: message.isDoubtful && !handle ? 'unconfirmed' : 'retry', handle, code, waitSeconds: wait };
  }
}

async function settle(db: Db, notifier: Notifier, message: Claimed, outcome: Outcome, now: Date): Promise<void> {
  const { state, handle = null, code = null, waitSeconds = 0 } = outcome;
  const isFinal = state === 'sent' || state === 'dead';
  const at = now.toISOString();
  const place = handle === null ? null : JSON.stringify(handle);
  await db.transaction(async (tx) => {
    await tx.query(sql`/* deliver.settle */ update alert.message
      set state = ${state}, handle = coalesce(${place}::jsonb, handle), fault_code = ${code},
        refused_by = ${state === 'dead' ? notifier.mark : null},
        not_before = ${at}::timestamptz + make_interval(secs => ${waitSeconds}),
        finished_at = case when ${isFinal} then ${at}::timestamptz end
      where sequence = ${message.sequence}`);
    await tx.query(sql`/* deliver.handle */ update alert.incident set handle = ${place}::jsonb
      where id = ${message.incident_id} and (handle is null or ${message.kind !== 'again'}) and ${place}::jsonb is not null`);
  });
}
