/** A request that carries a key of its sender's has its effect once, and its answer as often as it is asked again. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { lockOf, type Db, type Queryable, type Transaction } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';

export type KeyedRequest = {
  by: Actor;
  /** Method and path, e.g. `POST /v1/syncs`. */
  request: string;
  /** Of the sender's choosing, 1 to 255 characters. */
  key: string;
  body: unknown;
};
export type KeptAnswer = { status: number; headers: Record<string, string>; body: object };

/**
 * The answer is kept in the transaction of the effect: there is never the one without the other, whenever the process
 * dies. Of several at once the first works and the others wait for its answer. A fault keeps nothing, so that it may be
 * asked again after a mending.
 * @throws DomainError `idempotency-key-reused` when the key came with another body before; whatever `effect` throws.
 */
export async function answerOnce(
  db: Db,
  { by, request, key, body }: KeyedRequest,
  effect: (tx: Transaction) => Promise<KeptAnswer>,
): Promise<KeptAnswer & { isReplay: boolean }> {
  const actor = actorText(by);
  const hash = createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest();
  return db.transaction(async (tx) => {
    // One at a time by key: a lock, since a row that does not exist yet cannot be locked. Some keys share one of 64.
    const place = createHash('sha256').update(`${actor} ${request} ${key}`).digest()[0]! % 64;
    await tx.query(sql`/* idempotency.hold */ select ${lockOf(`idempotency.${place}`)}`);
    const [kept] = await tx.query<KeptAnswer & { body_sha256: Buffer }>(sql`/* idempotency.find */
      select status, headers, body, body_sha256 from control.idempotency
      where actor = ${actor} and request = ${request} and key = ${key} and created_at > now() - interval '24 hours'`);
    if (kept && !kept.body_sha256.equals(hash)) {
      throw new DomainError('idempotency-key-reused', `The key "${key}" came with another body before.`);
    }
    if (kept) return { status: kept.status, headers: kept.headers, body: kept.body, isReplay: true };
    const answer = await effect(tx);
    await tx.query(sql`/* idempotency.keep */ insert into control.idempotency
      (actor, request, key, body_sha256, status, headers, body)
      values (${actor}, ${request}, ${key}, ${hash}, ${answer.status}, ${JSON.stringify(answer.headers)}::jsonb,
        ${JSON.stringify(answer.body)}::jsonb)
      on conflict (actor, request, key) do update set body_sha256 = excluded.body_sha256, status = excluded.status,
        headers = excluded.headers, body = excluded.body, created_at = now()`);
    return { ...answer, isReplay: false };
  });
}

/** Drops what is older than a day. Returns the rows dropped. */
export async function cleanKept(db: Queryable): Promise<number> {
  const dropped = await db.query(sql`/* idempotency.clean */ delete from control.idempotency
    where created_at < now() - interval '24 hours' returning 1`);
  return dropped.length;
}
