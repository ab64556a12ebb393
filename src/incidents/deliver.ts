/** Messages of the outbox become messages in their channels, each in effect once, whatever fails in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import { crashPoint } from '../model/crash-point.ts';
import { DomainError } from '../model/errors.ts';
import type { Notice } from '../model/notice.ts';
import { MessageGone, type MessageHandle, type Notifier, NotifierDoubt, type Notifiers } from '../model/notifier.ts';
import { type Clock, type Log, silentLog } from '../model/ports.ts';
import type { MessageKind } from './outbox.ts';

type State = 'sent' | 'retry' | 'unconfirmed' | 'dead' | 'skipped';
type Claimed = {
  sequence: string;
  incident_id: string | null;
  target: string;
  key: string;
  kind: MessageKind | 'digest' | 'test';
  payload: Notice;
  attempts: number;
  /** Of the message of its incident. */
  handle: MessageHandle | null;
  /** An earlier attempt may have reached the channel. */
  isDoubtful: boolean;
};
type Outcome = { state: State; handle?: MessageHandle | null; code?: string; words?: string; waitSeconds?: number };

export type Delivery = Record<State, number> & {
  /** When the next message falls due; null: none is left. */ nextAt: Date | null;
};

// A worker that claimed a message and is silent this long has died; a call to Slack times out after 10 s.
const claimSeconds = 60;
// Slack's history may lag behind a post; looked up sooner, a doubtful message might be sent twice.
const doubtSeconds = 10;
const longestWaitSeconds = 900;
/** With waits of up to a quarter of an hour this is more than a day of silence. */
const attemptLimit = 110;

/**
 * Sends what is due, target by target, the oldest first, one message per incident at a time, until nothing is due or the channel asks
 * to wait. pending|retry -> sending -> sent | retry (not taken) | unconfirmed (answer lost) | dead (refused) | skipped (overtaken by
 * a newer revision, or an edit that a webhook cannot make). An unconfirmed post is looked up before it is sent again; a
 * webhook cannot look up, so there it stays unconfirmed. What died is tried again with other settings, and after a success.
 */
export async function deliverMessages(
  db: Db,
  notifiers: Notifiers,
  clock: Clock,
  log: Pick<Log, 'error'> = silentLog,
): Promise<Delivery> {
  const delivery: Delivery = { sent: 0, retry: 0, unconfirmed: 0, dead: 0, skipped: 0, nextAt: null };
  const waiting = await db.query<{ target: string }>(sql`/* deliver.targets */ select distinct target from alert.message
    where state in ('pending', 'retry', 'sending', 'unconfirmed', 'dead') order by target`);
  for (const { target } of waiting) {
    const notifier = notifiers(target);
    if (!notifier) continue;
    await deliverTo(db, target, notifier, clock, log, delivery);
    const [next] = await db.query<{ at: Date | null }>(sql`/* deliver.next */ select min(not_before) as at
      from alert.message where target = ${target}
        and (state in ('pending', 'sending', 'retry') or (state = 'unconfirmed' and ${notifier.canEdit}))`);
    if (next?.at && (delivery.nextAt === null || next.at < delivery.nextAt)) delivery.nextAt = next.at;
  }
  return delivery;
}

async function deliverTo(
  db: Db,
  target: string,
  notifier: Notifier,
  clock: Clock,
  log: Pick<Log, 'error'>,
  delivery: Delivery,
): Promise<void> {
  await revive(db, target, notifier, clock.now(), 'others');
  for (let isFirst = true; ; isFirst = false) {
    delivery.skipped += await skip(db, target, notifier.canEdit, clock.now());
    if (!isFirst && notifier.paceMs > 0 && (await isDue(db, target, clock.now()))) await sleep(notifier.paceMs);
    const message = await claim(db, target, notifier.canEdit, clock.now());
    if (!message) return;
    crashPoint('deliver.claimed');
    const outcome = await send(notifier, message);
    crashPoint('deliver.sent');
    await settle(db, notifier, message, outcome, clock.now());
    delivery[outcome.state] += 1;
    if (outcome.state === 'dead') {
      const { incident_id: incidentId, key } = message;
      log.error(
        { incidentId, key, target, code: outcome.code, reason: outcome.words },
        'a message was refused for good',
      );
    }
    // The channel takes messages again: what it refused may have been mended over there.
    if (outcome.state === 'sent') await revive(db, target, notifier, clock.now(), 'all');
    // The next one would meet the same answer.
    if (outcome.state === 'retry') return;
  }
}

async function isDue(db: Db, target: string, now: Date): Promise<boolean> {
  const due = await db.query(sql`/* deliver.due */ select from alert.message where target = ${target}
    and state in ('pending', 'retry') and not_before <= ${now.toISOString()}::timestamptz limit 1`);
  return due.length > 0;
}

/**
 * Only the newest word on an incident is worth sending; on a webhook only its first, another fall, a reminder, and its last. A bot
 * posts another fall beside a message that stands, and not with one that is still to be posted and says the same.
 */
async function skip(db: Db, target: string, canEdit: boolean, now: Date): Promise<number> {
  const skipped = await db.query(sql`/* deliver.skip */
    update alert.message m set state = 'skipped', finished_at = ${now.toISOString()}::timestamptz
    where m.target = ${target} and m.state in ('pending', 'retry') and m.incident_id is not null
      and case when m.kind in ('again', 'remind') then
        exists (select from alert.message n where n.incident_id = m.incident_id and n.target = m.target
          and n.sequence > m.sequence and n.kind in ('again', 'remind', 'resolve'))
        or (${canEdit} and not exists (select from alert.message p where p.incident_id = m.incident_id
          and p.target = m.target and p.sequence < m.sequence and p.state in ('sending', 'sent', 'unconfirmed')))
      else
        exists (select from alert.message n where n.incident_id = m.incident_id and n.target = m.target
          and n.sequence > m.sequence and case when ${canEdit} then n.kind not in ('again', 'remind')
            else n.kind <> 'update' or m.kind = 'update' end)
        or (not ${canEdit} and m.kind = 'update' and exists (select from alert.message p
          where p.incident_id = m.incident_id and p.target = m.target and p.sequence < m.sequence
            and p.state in ('pending', 'retry', 'sending', 'sent', 'unconfirmed')))
      end
    returning 1`);
  return skipped.length;
}

/** What died and is still the last word of its incident falls due: of other settings, or all of it. */
async function revive(db: Db, target: string, { mark }: Notifier, now: Date, which: 'others' | 'all'): Promise<void> {
  await db.query(sql`/* deliver.revive */ update alert.message m
    set state = 'pending', attempts = 0, not_before = ${now.toISOString()}::timestamptz, finished_at = null
    where m.target = ${target} and m.state = 'dead' and (${which === 'all'} or m.refused_by is distinct from ${mark})
      and not exists (select from alert.message n where n.incident_id = m.incident_id and n.target = m.target
        and n.sequence > m.sequence and n.state in ('sent', 'unconfirmed'))`);
}

async function claim(db: Db, target: string, canEdit: boolean, now: Date): Promise<Claimed | undefined> {
  const at = now.toISOString();
  const [message] = await db.query<Claimed>(sql`/* deliver.claim */
    with due as (
      select m.sequence, m.state from alert.message m
      where m.target = ${target} and m.not_before <= ${at}::timestamptz
        and (m.state in ('pending', 'retry', 'sending') or (m.state = 'unconfirmed' and ${canEdit}))
        and not exists (select from alert.message e where e.incident_id = m.incident_id and e.target = m.target
          and e.sequence < m.sequence and (e.state = 'sending' or (e.state = 'unconfirmed' and ${canEdit})))
      order by m.sequence limit 1 for update skip locked
    )
    update alert.message m set state = 'sending', attempts = m.attempts + 1,
      not_before = ${at}::timestamptz + make_interval(secs => ${claimSeconds})
    from due where m.sequence = due.sequence
    returning m.sequence, m.incident_id, m.target, m.key, m.kind, m.payload, m.attempts,
      (select p.handle from alert.post p where p.incident_id = m.incident_id and p.target = m.target) as handle,
      due.state in ('sending', 'unconfirmed') or m.is_doubtful as "isDoubtful"`);
  return message;
}

/** A message of its own, whatever stands of its incident. */
const isBeside = ({ kind }: Pick<Claimed, 'kind'>) => ['again', 'remind', 'digest', 'test'].includes(kind);

async function send(notifier: Notifier, message: Claimed): Promise<Outcome> {
  // Found in `sending` after its time, on a webhook: it may be there, and nobody can look.
  if (message.isDoubtful && !notifier.canEdit) return { state: 'unconfirmed' };
  // Another fall is a message of its own, in the thread of the first.
  const beside = isBeside(message);
  const key = beside ? message.key : message.incident_id!;
  let handle = beside ? null : message.handle;
  try {
    if (!handle && message.isDoubtful) handle = await notifier.find(key);
    if (handle && beside) return { state: 'sent', handle };
    if (handle && notifier.canEdit) {
      try {
        await notifier.edit(handle, message.payload);
        return { state: 'sent', handle };
      } catch (error) {
        if (!(error instanceof MessageGone)) throw error;
        handle = null;
      }
    }
    return { state: 'sent', handle: await notifier.post(message.payload, key, beside ? message.handle : null) };
  } catch (error) {
    if (error instanceof NotifierDoubt) {
      const words = error.message;
      // An edit may be repeated at will; a post may not.
      if (handle) return { state: 'retry', handle, code: 'slack-unavailable', words, waitSeconds: doubtSeconds };
      return { state: 'unconfirmed', words, waitSeconds: doubtSeconds };
    }
    if (!(error instanceof DomainError)) throw error;
    const { code, message: words } = error;
    if (error.kind.retry === 'never' || message.attempts >= attemptLimit) return { state: 'dead', code, words };
    const wait = Math.max(
      Number(error.headers['retry-after'] ?? 0),
      Math.min(2 ** message.attempts, longestWaitSeconds),
    );
    // The look-up failed, not the post: the doubt remains.
    return { state: message.isDoubtful && !handle ? 'unconfirmed' : 'retry', handle, code, words, waitSeconds: wait };
  }
}

async function settle(db: Db, notifier: Notifier, message: Claimed, outcome: Outcome, now: Date): Promise<void> {
  const { state, handle = null, code = null, words = null, waitSeconds = 0 } = outcome;
  const isFinal = state === 'sent' || state === 'dead';
  const at = now.toISOString();
  const place = handle === null ? null : JSON.stringify(handle);
  await db.transaction(async (tx) => {
    await tx.query(sql`/* deliver.settle */ update alert.message
      set state = ${state}, handle = coalesce(${place}::jsonb, handle), fault_code = ${code}, fault = ${words},
        is_doubtful = ${state === 'unconfirmed' || (state !== 'sent' && message.isDoubtful && handle === null)},
        refused_by = ${state === 'dead' ? notifier.mark : null},
        not_before = ${at}::timestamptz + make_interval(secs => ${waitSeconds}),
        finished_at = case when ${isFinal} then ${at}::timestamptz end
      where sequence = ${message.sequence}`);
    if (place === null || message.incident_id === null) return;
    await tx.query(sql`/* deliver.handle */ insert into alert.post as p (incident_id, target, handle)
      values (${message.incident_id}, ${message.target}, ${place}::jsonb)
      on conflict (incident_id, target) do update set handle = excluded.handle where ${!isBeside(message)}`);
  });
}
