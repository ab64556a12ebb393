/** A violation that somebody decides to leave as it is, for a reason and a time; the next sync takes it out of scores. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import type { Db, Transaction } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import type { Definitions } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import { lockReviews } from './decision.ts';
import { ruleNamed } from './rule-setting.ts';

/** Of one finding, of a record (by one rule or all), or of all records that break a rule and whose column has a value. */
export type WaiverSubject =
  | { findingId: string }
  | { object: string; recordId: string; ruleId: string | null }
  | { ruleId: string; column: string; value: string };
export type WaiverRequest = {
  connectionId: string;
  subject: WaiverSubject;
  reason: string;
  /** Null: until it is lifted. */
  until: Date | null;
  by: Actor;
};

/** Returns its id. @throws DomainError `not-found`, `request-refused` */
export async function waive(db: Db, definitions: Definitions, request: WaiverRequest, now: Date): Promise<string> {
  const { reason, until, by } = request;
  if (until !== null && until <= now) throw invalid('/until', 'must lie in the future');
  const id = `wvr_${uuidv7()}`;
  await db.transaction(async (tx) => {
    await lockReviews(tx);
    const of = await rowOf(tx, definitions, request);
    await tx.query(sql`/* waiver.make */ insert into review.waiver (id, connection_id, object, rule_id, record_id, segment_column,
        segment_value, reason, until_at, made_by, made_actor, made_at)
      values (${id}, ${of.connectionId}, ${of.object}, ${of.ruleId}, ${of.recordId}, ${of.column}, ${of.value}, ${reason}, ${until},
        ${by.name}, ${actorText(by)}, ${now})`);
    await audit(tx, by, { kind: 'waiver', id, action: 'create', fields: ['reason', 'until'] });
  });
  return id;
}

type Row = { connectionId: string; object: string; ruleId: string | null } & Record<
  'recordId' | 'column' | 'value',
  string | null
>;

async function rowOf(
  tx: Transaction,
  definitions: Definitions,
  { connectionId, subject }: WaiverRequest,
): Promise<Row> {
  const nothing = { recordId: null, column: null, value: null };
  if ('findingId' in subject) {
    const [found] = await tx.query<Row>(sql`/* waiver.finding */ select connection_id as "connectionId", object,
      rule_id as "ruleId", record_id as "recordId" from quality.finding where id = ${subject.findingId} and closed_at is null`);
    if (!found) throw new DomainError('not-found', `There is no open finding ${subject.findingId}.`);
    return { ...nothing, ...found };
  }
  if ('recordId' in subject) {
    const { object, recordId, ruleId } = subject;
    if (!definitions.objects.some(({ name }) => name === object))
      throw invalid('/object', 'is no object that is synced');
    if (ruleId !== null) {
      const { rule } = await ruleNamed(tx, definitions, ruleId);
      if (rule.object !== object) throw invalid('/ruleId', `is a rule of ${rule.object}`);
    }
    return { ...nothing, connectionId, object, ruleId, recordId };
  }
  const { ruleId, column, value } = subject;
  const { rule } = await ruleNamed(tx, definitions, ruleId);
  const object = definitions.objects.find(({ name }) => name === rule.object);
  if (!object || (!(column in object.fields) && column !== 'created_by_id')) {
    throw invalid('/column', `is no column of ${rule.object}`);
  }
  return { ...nothing, connectionId, object: rule.object, ruleId, column, value };
}

function invalid(pointer: string, message: string): DomainError {
  return new DomainError('request-refused', `${pointer} ${message}.`, { faults: [{ pointer, message }] });
}

/** From the next sync on the violation counts again. @throws DomainError `not-found` when it does not stand. */
export async function liftWaiver(db: Db, id: string, by: Actor, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    await lockReviews(tx);
    const [lifted] =
      await tx.query(sql`/* waiver.lift */ update review.waiver set lifted_at = ${now}, lifted_by = ${by.name},
      lifted_actor = ${actorText(by)}, version = nextval('review.version') where id = ${id} and lifted_at is null returning id`);
    if (!lifted) throw new DomainError('not-found', `There is no waiver ${id} that stands.`);
    await audit(tx, by, { kind: 'waiver', id, action: 'lift', fields: [] });
  });
}
