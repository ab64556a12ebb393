/** A value that a person sets on a golden record for good, over whatever would survive, and its lifting. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { expectRevision } from '../control/revision.ts';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { audit } from '../control/audit.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { lockReviews, obeySoon } from './decision.ts';

export type Pin = {
  id: string;
  revision: number;
  goldenId: string;
  field: string;
  value: string | null;
  reason: string;
  pinnedBy: string;
  pinnedActor: string | null;
  pinnedAt: Date;
};
export type AnsweredPin = Pin & { runId: string | null };

const columns = sql`id, version::int as revision, golden_id as "goldenId", field, value, reason, pinned_by as "pinnedBy", pinned_actor as "pinnedActor",
  pinned_at as "pinnedAt"`;

export type PinRequest = { goldenId: string; field: string; value: string | null; reason: string; by: Actor };

/** The pin that stands. @throws DomainError `not-found`. */
export async function pinOf(db: Queryable, { goldenId, field }: { goldenId: string; field: string }): Promise<Pin> {
  const [found] = await db.query<Pin>(sql`/* pin.standing */ select ${columns} from review.pin
    where golden_id = ${goldenId} and field = ${field} and lifted_at is null`);
  if (!found) throw new DomainError('not-found', `${field} of ${goldenId} is not pinned.`);
  return found;
}

/**
 * Replaces the pin that stands.
 * @param expected the revision of the pin that whoever sets it has seen, 0: none; null: whichever stands
 * @throws DomainError `not-found`, `version-outdated`, `conflict` when the id was merged away
 */
export async function pin(
  db: Db,
  connectionId: string,
  request: PinRequest & { expected: number | null },
  now: Date,
): Promise<AnsweredPin> {
  const { goldenId, field, value, reason, by, expected } = request;
  return db.transaction(async (tx) => {
    await lockReviews(tx);
    await mustLive(tx, goldenId);
    await expectPin(tx, request, expected);
    await tx.query(sql`/* pin.replace */ update review.pin set lifted_at = ${now}, lifted_by = ${by.name},
      lifted_actor = ${actorText(by)}, version = nextval('review.version') where golden_id = ${goldenId} and field = ${field} and lifted_at is null`);
    const [made] = await tx.query<Pin>(sql`/* pin.make */ insert into review.pin
      (id, golden_id, field, value, reason, pinned_by, pinned_actor, pinned_at)
      values (${`pin_${uuidv7()}`}, ${goldenId}, ${field}, ${value}, ${reason}, ${by.name},
        ${actorText(by)}, ${now}) returning ${columns}`);
    await audit(tx, by, { kind: 'golden', id: goldenId, action: 'pin', fields: [field] });
    return { ...made!, runId: await obeySoon(tx, connectionId) };
  });
}

/** @throws DomainError `not-found` when nothing is pinned there. */
export async function unpin(
  db: Db,
  connectionId: string,
  where: { goldenId: string; field: string; by: Actor; expected: number | null },
  now: Date,
): Promise<AnsweredPin> {
  const { goldenId, field, by } = where;
  return db.transaction(async (tx) => {
    await lockReviews(tx);
    await expectPin(tx, where, where.expected);
    const [lifted] =
      await tx.query<Pin>(sql`/* pin.lift */ update review.pin set lifted_at = ${now}, lifted_by = ${by.name},
      lifted_actor = ${actorText(by)}, version = nextval('review.version') where golden_id = ${goldenId} and field = ${field} and lifted_at is null
      returning ${columns}`);
    if (!lifted) throw new DomainError('not-found', `${field} of ${goldenId} is not pinned.`);
    await audit(tx, by, { kind: 'golden', id: goldenId, action: 'unpin', fields: [field] });
    return { ...lifted, runId: await obeySoon(tx, connectionId) };
  });
}

async function expectPin(tx: Transaction, where: { goldenId: string; field: string }, expected: number | null) {
  const [standing] = await tx.query<{
    revision: number;
  }>(sql`/* pin.revision */ select version::int as revision from review.pin
    where golden_id = ${where.goldenId} and field = ${where.field} and lifted_at is null`);
  expectRevision(expected, standing?.revision ?? 0);
}

async function mustLive(tx: Transaction, goldenId: string): Promise<void> {
  const [found] = await tx.query<{ retired_at: Date | null; retired_into: string | null }>(sql`/* pin.identity */
    select retired_at, retired_into from golden.identity where golden_id = ${goldenId}`);
  if (!found) throw new DomainError('not-found', `There is no golden record ${goldenId}.`);
  if (found.retired_at === null) return;
  const where = found.retired_into === null ? 'has no records any more' : `was merged into ${found.retired_into}`;
  throw new DomainError('conflict', `${goldenId} ${where}.`);
}
