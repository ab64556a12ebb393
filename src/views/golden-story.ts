/** A golden id becomes all that is known of it: members, why they are one, what was cut off, its history, each value's origin. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import type { Definitions } from '../model/definitions.ts';
import { type Evidence, evidenceOf, sentence, type WaterfallStep, waterfall } from '../model/explanation.ts';
import { camelRows, standardised } from './rows.ts';

/** A cluster of thousands is a fault of its own; a story has the strongest and newest this many of each kind. */
const limit = 500;

export type StoryMember = {
  connectionId: string;
  salesforceId: string;
  object: string;
  label: string | null;
  since: Date | null;
};
export type StoryPair = {
  left: string;
  right: string;
  weight: number;
  probability: number;
  decision: string;
  rule: string | null;
  evidence: Evidence[];
  sentence: string;
  waterfall: WaterfallStep[];
};
export type StoryCut = StoryPair & { otherGoldenId: string; why: string };
export type StoryReview = {
  id: string;
  kind: 'same' | 'different';
  left: string;
  right: string;
  reason: string;
  decidedBy: string;
  decidedAt: Date;
};
export type StoryValue = {
  field: string;
  place: number;
  value: string | null;
  /** The record the value comes from; null when it is pinned. */
  salesforceId: string | null;
  connectionId: string | null;
  valueSince: Date | null;
  valueSinceIs: 'fact' | 'bound' | null;
  lastConfirmedAt: Date | null;
  strategy: string;
  decidedBy: string | null;
  pinnedBy: string | null;
  pinReason: string | null;
};
export type StoryEvent = {
  runId: string;
  at: Date;
  kind: string;
  goldenId: string;
  otherGoldenId: string | null;
  salesforceId: string | null;
};
export type GoldenStory = {
  goldenId: string;
  entity: string;
  /** The golden record that took this one over. */
  retiredInto: string | null;
  members: StoryMember[];
  /** Pairs of members that were compared, the strongest first. */
  pairs: StoryPair[];
  /** Pairs that speak for a link to a record of another golden record. */
  cuts: StoryCut[];
  reviews: StoryReview[];
  survivors: StoryValue[];
  events: StoryEvent[];
};

type Scored = { weight: number; probability: number; evidence: unknown };

/** Null when there is no such id. */
export async function goldenStory(db: Queryable, definitions: Definitions, id: string): Promise<GoldenStory | null> {
  const [identity] = await db.query<{ entity: string; retired_into: string | null }>(sql`/* duplicates.identity */
    select entity, retired_into from golden.identity where golden_id = ${id}`);
  if (!identity) return null;
  const { entity } = identity;
  const subject = { db, id, entity, members: membersOf(id) };
  const [members, pairs, cuts, reviews, survivors, events] = await Promise.all([
    labelledMembers(subject, definitions),
    pairsOf(subject),
    cutsOf(subject),
    reviewsOf(subject),
    survivorsOf(subject),
    eventsOf(subject),
  ]);
  const retiredInto = identity.retired_into;
  return { goldenId: id, entity, retiredInto, members, pairs, cuts, reviews, survivors, events };
}

type Subject = { db: Queryable; id: string; entity: string; members: Sql };

const membersOf = (id: string) => sql`members as (select connection_id, id, object from golden.crosswalk
  where golden_id = ${id} order by object, id limit ${limit})`;

async function labelledMembers({ db, entity, members }: Subject, definitions: Definitions) {
  const labelled = definitions.objects.filter((object) => object.label !== null);
  const labels = (await standardised(db, labelled, ({ table }) => table)).map(
    (
      object,
    ) => sql`select ${object.name} as object, s.connection_id, s.id, s.${identifier(object.label ?? 'id')}::text as label
      from ${identifier('standard', object.table)} s join members using (connection_id, id)`,
  );
  const none = sql`select null::text as object, null::text as connection_id, null::text as id, null::text as label where false`;
  const rows =
    await db.query(sql`/* duplicates.members */ with ${members}, labels as (${join([none, ...labels], ' union all ')})
    select m.connection_id, m.id as salesforce_id, m.object, l.label, h.since_at as since
    from members m left join labels l using (object, connection_id, id)
    left join golden.membership h on h.entity = ${entity} and h.connection_id = m.connection_id and h.id = m.id and h.until_at is null
    order by m.object, m.id`);
  return camelRows<StoryMember>(rows);
}

async function pairsOf({ db, entity, members }: Subject) {
  const rows = await db.query<Scored>(sql`/* duplicates.pairs */ with ${members}
    select p.l_id as "left", p.r_id as "right", p.weight, p.probability, p.decision, p.rule, p.evidence from match.pair p
    join members l on (l.connection_id, l.id) = (p.l_connection_id, p.l_id)
    join members r on (r.connection_id, r.id) = (p.r_connection_id, p.r_id)
    where p.entity = ${entity} order by p.weight desc, p.l_id, p.r_id limit ${limit}`);
  return camelRows<StoryPair>(rows.map((row) => explained(row, 'one')));
}

async function cutsOf({ db, id, entity, members }: Subject) {
  const key = sql`p.l_connection_id, p.l_id, p.r_connection_id, p.r_id`;
  const side = (own: 'l' | 'r', other: 'l' | 'r') => sql`
    select ${key}, x.golden_id as other_golden_id, p.weight, p.probability, p.decision, p.rule, p.evidence
    from members m join match.pair p on p.entity = ${entity}
      and p.${identifier(`${own}_connection_id`)} = m.connection_id and p.${identifier(`${own}_id`)} = m.id
    join golden.crosswalk x on x.entity = ${entity} and x.connection_id = p.${identifier(`${other}_connection_id`)}
      and x.id = p.${identifier(`${other}_id`)}
    where x.golden_id <> ${id} and p.decision in ('link', 'cut')`;
  const rows =
    await db.query<Scored>(sql`/* duplicates.cuts */ with ${members}, p as (${side('l', 'r')} union all ${side('r', 'l')})
    select p.l_id as "left", p.r_id as "right", p.weight, p.probability, p.decision, p.rule, p.evidence, p.other_golden_id,
      coalesce('Review ' || d.id || ': ' || d.reason, 'The other pairs between the two groups speak against it, or ids and parents forbid it.') as why
    from p left join review.decision d on d.entity = ${entity} and d.undone_at is null and d.kind = 'different'
      and (d.l_connection_id, d.l_id, d.r_connection_id, d.r_id) = (${key})
    order by p.weight desc, p.l_id, p.r_id limit ${limit}`);
  return camelRows<StoryCut>(rows.map((row) => explained(row, 'apart')));
}

function explained(row: Scored, outcome: 'one' | 'apart') {
  const { weight, probability } = row;
  const evidence = evidenceOf(row.evidence);
  return {
    ...row,
    evidence,
    sentence: sentence({ weight, probability, outcome }, evidence),
    waterfall: waterfall(weight, evidence),
  };
}

async function reviewsOf({ db, entity, members }: Subject) {
  const rows = await db.query(sql`/* duplicates.reviews */ with ${members}
    select d.id, d.kind, d.l_id as "left", d.r_id as "right", d.reason, d.decided_by, d.decided_at from review.decision d
    where d.entity = ${entity} and d.undone_at is null and exists (select from members m
      where (m.connection_id, m.id) in ((d.l_connection_id, d.l_id), (d.r_connection_id, d.r_id)))
    order by d.id desc limit ${limit}`);
  return camelRows<StoryReview>(rows);
}

async function survivorsOf({ db, id }: Subject) {
  const rows = await db.query(sql`/* duplicates.survivors */
    select p.field, p.place, p.value, p.id as salesforce_id, p.connection_id, p.value_since, p.value_since_is, p.last_confirmed_at, p.strategy,
      p.decided_by,
      n.pinned_by, n.reason as pin_reason
    from golden.provenance p left join review.pin n on n.id = p.pin_id where p.golden_id = ${id} order by p.field, p.place`);
  return camelRows<StoryValue>(rows);
}

async function eventsOf({ db, id }: Subject) {
  const rows = await db.query(sql`/* duplicates.events */
    select run_id, at, kind, golden_id, other_golden_id, id as salesforce_id from golden.event
    where golden_id = ${id} or other_golden_id = ${id} order by sequence desc limit ${limit}`);
  return camelRows<StoryEvent>(rows);
}
