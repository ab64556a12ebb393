/** What a reviewer says of two records becomes a standing decision, audited, that every later clustering obeys. */
import sql, { type Sql } from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { lockOf, type Db, type Queryable, type Transaction } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import { keySql } from '../db/record-key.ts';
import { audit } from '../control/audit.ts';
import { type Actor, actorText, systemActor } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { keyOf, recordOf } from '../model/record-key.ts';
import { activeRunId, insertRun } from '../control/run.ts';

/** As a reviewer names a record. */
type NamedRecord = { connectionId: string; salesforceId: string };
export type DecisionKind = 'same' | 'different';
export type Decision = {
  id: string;
  entity: string;
  kind: DecisionKind;
  left: NamedRecord;
  right: NamedRecord;
  weight: number | null;
  probability: number | null;
  reason: string;
  decidedBy: string;
  decidedActor: string | null;
  decidedAt: Date;
  undoneAt: Date | null;
  undoneBy: string | null;
  undoneActor: string | null;
  undoneReason: string | null;
};
/** `runId`: the run that takes it into account, already under way or started for it. */
export type AnsweredDecision = Decision & { runId: string | null };

const columns = sql`id, entity, kind, jsonb_build_object('connectionId', l_connection_id, 'salesforceId', l_id) as "left",
  jsonb_build_object('connectionId', r_connection_id, 'salesforceId', r_id) as "right", weight, probability, reason,
  decided_by as "decidedBy", decided_actor as "decidedActor", decided_at as "decidedAt", undone_at as "undoneAt",
  undone_by as "undoneBy", undone_actor as "undoneActor", undone_reason as "undoneReason"`;

/** Asks for the runs that obey; who decided is on the decision. */
const reviewer = systemActor('review');

/** Versions must be committed in their order, or a run could take a later one for all there is. */
export async function lockReviews(tx: Transaction): Promise<void> {
  await tx.query(sql`/* review.lock */ select ${lockOf('review')}`);
}

export type Verdict = {
  entity: string;
  kind: DecisionKind;
  left: NamedRecord;
  right: NamedRecord;
  reason: string;
  by: Actor;
};

/**
 * Saying the same twice keeps the first; saying the opposite undoes the first.
 * @throws DomainError `not-found` when a record is no evidence of the entity, `request-refused` for a record and itself,
 * `conflict` when standing decisions say otherwise by way of other records.
 */
export async function decide(db: Db, verdict: Verdict, now: Date): Promise<AnsweredDecision> {
  return db.transaction(async (tx) => {
    await lockReviews(tx);
    const { entity, kind, reason, by } = verdict;
    const [left, right] = [verdict.left, verdict.right].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) as [
      NamedRecord,
      NamedRecord,
    ];
    if (textOf(left) === textOf(right))
      throw new DomainError('request-refused', 'A record is always the same as itself.');
    const hashes = [await hashOf(tx, entity, left), await hashOf(tx, entity, right)] as const;
    const pair = sql`(entity, l_connection_id, l_id, r_connection_id, r_id)
      = (${entity}, ${left.connectionId}, ${left.salesforceId}, ${right.connectionId}, ${right.salesforceId})`;
    const [standing] = await tx.query<Decision>(
      sql`/* review.standing */ select ${columns} from review.decision where ${pair} and undone_at is null`,
    );
    if (standing?.kind === kind) return { ...standing, runId: await activeRunOf(tx, left.connectionId) };
    const id = `rev_${uuidv7()}`;
    if (standing) await retract(tx, standing.id, by, `${id} says otherwise.`, now);
    await refuseContradiction(tx, entity, kind, left, right);
    const [decision] = await tx.query<Decision>(sql`/* review.decide */ insert into review.decision
      (id, entity, kind, l_connection_id, l_id, r_connection_id, r_id, l_value_hash, r_value_hash, weight, probability,
        reason, decided_by, decided_actor, decided_at)
      select ${id}, ${entity}, ${kind}, ${left.connectionId}, ${left.salesforceId}, ${right.connectionId},
        ${right.salesforceId}, ${hashes[0]}, ${hashes[1]}, p.weight, p.probability, ${reason}, ${by.name},
        ${actorText(by)}, ${now}
      from (select) one left join (select * from match.pair where ${pair}) p on true returning ${columns}`);
    await audit(tx, by, { kind: 'review', id, action: 'decide', fields: ['decision', 'reason'] });
    return { ...decision!, runId: await obeySoon(tx, left.connectionId) };
  });
}

/** @throws DomainError `not-found`, `conflict` when it was undone before. */
export async function undo(db: Db, id: string, reason: string, by: Actor, now: Date): Promise<AnsweredDecision> {
  return db.transaction(async (tx) => {
    await lockReviews(tx);
    const [found] = await tx.query<Decision>(
      sql`/* review.find */ select ${columns} from review.decision where id = ${id}`,
    );
    if (!found) throw new DomainError('not-found', `There is no review ${id}.`);
    if (found.undoneAt)
      throw new DomainError('conflict', `${id} was undone by ${found.undoneBy}: ${found.undoneReason}`);
    const decision = await retract(tx, id, by, reason, now);
    return { ...decision, runId: await obeySoon(tx, decision.left.connectionId) };
  });
}

/** Newest first. @param before id of the last decision of the page before */
export async function listDecisions(db: Queryable, page: { limit: number; before?: string; entity?: string }) {
  return db.query<Decision>(sql`/* review.list */ select ${columns} from review.decision
    where (${page.entity ?? null}::text is null or entity = ${page.entity ?? null})
      and (${page.before ?? null}::text is null or id < ${page.before ?? null}) order by id desc limit ${page.limit}`);
}

/**
 * Starts a small run, of no object, that clusters, survives and publishes what was told; when a run is under way that
 * one may do, and else the next beat sees to it. Returns the run.
 */
export async function obeySoon(tx: Queryable, connectionId: string): Promise<string | null> {
  const wish = { connectionId, trigger: 'http', mode: 'incremental', by: reviewer } as const;
  return (await insertRun(tx, { ...wish, objects: [] }))?.id ?? activeRunOf(tx, connectionId);
}

/** The beat: a run for what was told, or which model accepted, after the last one had looked. One that failed is not repeated within a minute. */
export async function obeyLate(db: Db): Promise<string[]> {
  const waiting = await db.query<{ connection_id: string }>(sql`/* review.late */
    select distinct l_connection_id as connection_id from review.decision d
    join pipeline.mark p on p.stage = 'cluster' and p.source = 'review' and p.subject = d.entity where d.version > p.version
    union select c.id from control.connection c where c.id = (select min(id) from control.connection)
      and exists (select from review.pin n join golden.identity i using (golden_id)
        join pipeline.mark s on s.stage = 'survive' and s.source = 'review' and s.subject = i.entity where n.version > s.version)
    union select c.id from (select distinct on (entity) entity, held, accepted_at from match.model_change order by entity, at desc, id desc) m
      join match.model using (entity) cross join (select min(id) as id from control.connection) c
      where m.held and m.accepted_at is not null
    union select min(id) from control.connection where exists (select from pipeline.mark p where p.stage = 'publish'
      and p.source = 'review' and p.version < (select max(moved) from review.input)) having min(id) is not null`);
  const started: string[] = [];
  for (const { connection_id: connectionId } of waiting) {
    const held = await db.query(sql`/* review.held */ select from control.run where connection_id = ${connectionId}
      and (state in ('queued', 'running', 'canceling')
        or (requested_by = ${actorText(reviewer)} and state = 'failed' and finished_at > now() - interval '1 minute'))`);
    if (held.length > 0) continue;
    const id = await db.transaction((tx) => obeySoon(tx, connectionId));
    if (id) started.push(id);
  }
  return started;
}

async function activeRunOf(tx: Queryable, connectionId: string): Promise<string | null> {
  return (await activeRunId(tx, connectionId)) ?? null;
}

async function retract(tx: Transaction, id: string, by: Actor, reason: string, now: Date): Promise<Decision> {
  const [row] = await tx.query<Decision>(sql`/* review.undo */ update review.decision set undone_at = ${now},
    undone_by = ${by.name}, undone_actor = ${actorText(by)}, undone_reason = ${reason}, decided_version = version, version = nextval('review.version') where id = ${id} returning ${columns}`);
  await audit(tx, by, { kind: 'review', id, action: 'undo', fields: ['reason'] });
  return row!;
}

async function hashOf(tx: Transaction, entity: string, key: NamedRecord): Promise<string> {
  const rows = !(await tableExists(tx, 'standard', entity))
    ? []
    : await tx.query<{ hash: string }>(sql`/* review.hash */ select review.value_hash(to_jsonb(s)) as hash
        from ${identifier('standard', entity)} s where connection_id = ${key.connectionId} and id = ${key.salesforceId}`);
  if (!rows[0]) throw new DomainError('not-found', `${key.salesforceId} is no ${entity} that was synced.`);
  return rows[0].hash;
}

/** "Same" is passed on from record to record; "different" may not stand between two that it reaches. */
async function refuseContradiction(
  tx: Transaction,
  entity: string,
  kind: DecisionKind,
  left: NamedRecord,
  right: NamedRecord,
): Promise<void> {
  const [ours, theirs] = [await saidToBe(tx, entity, left), await saidToBe(tx, entity, right)];
  if (kind === 'different' && ours.has(textOf(right))) {
    throw new DomainError(
      'conflict',
      `${left.salesforceId} and ${right.salesforceId} were called the same by way of other records; undo one of those reviews first.`,
    );
  }
  if (kind === 'different') return;
  const apart = await tx.query<{ id: string; l: string; r: string }>(sql`/* review.apart */
    select id, ${keySql('d', 'l_')} as l, ${keySql('d', 'r_')} as r from review.decision d
    where entity = ${entity} and kind = 'different' and undone_at is null
      and ${keySql('d', 'l_')} = any (${[...ours, ...theirs]}::text[])`);
  const against = apart.find(({ l, r }) => (ours.has(l) && theirs.has(r)) || (theirs.has(l) && ours.has(r)));
  if (!against) return;
  throw new DomainError(
    'conflict',
    `${against.id} says that ${recordOf(against.l).id} and ${recordOf(against.r).id} are different, and both would be one now; undo it first.`,
  );
}

async function saidToBe(tx: Transaction, entity: string, key: NamedRecord): Promise<Set<string>> {
  const edge = (from: Sql, to: Sql) => sql`select ${from} as a, ${to} as b from review.decision d
    where entity = ${entity} and kind = 'same' and undone_at is null`;
  const [l, r] = [keySql('d', 'l_'), keySql('d', 'r_')];
  const rows = await tx.query<{ at: string }>(sql`/* review.same */ with recursive
    edge as (${edge(l, r)} union all ${edge(r, l)}),
    reached as (select ${textOf(key)}::text as at union select edge.b from reached join edge on edge.a = reached.at)
    select at from reached`);
  return new Set(rows.map(({ at }) => at));
}

function textOf({ connectionId, salesforceId }: NamedRecord): string {
  return keyOf({ connection_id: connectionId, id: salesforceId });
}
