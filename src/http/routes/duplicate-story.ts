/** All that is known of one golden record: members, why they are one, what was cut off, its history, each value's origin. */
import sql, { join } from 'sql-template-tag';
import { z } from 'zod';
import type { Db } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import { evidence, evidenceOf, sentence, waterfall } from '../../model/explanation.ts';
import { existingTables, present } from '../row.ts';
import { rate, step, time } from '../shapes.ts';

const member = z.object({
  connectionId: z.string(),
  salesforceId: z.string(),
  object: z.string(),
  label: z.string().nullable(),
  since: time.nullable().describe('When it came to this golden record'),
});
const pair = z.object({
  left: z.string(),
  right: z.string(),
  weight: z.number().describe('Match weight in bits, prior included: 0 is even odds'),
  probability: rate,
  decision: z.string().describe('Band of the pair by itself: link, review or cut'),
  rule: z.string().nullable().describe('Blocking rule that found the pair'),
  evidence: z.array(evidence).describe('Each comparison with its level and weight'),
  sentence: z.string(),
  waterfall: z.array(step),
});
const cut = pair.extend({
  otherGoldenId: z.string().describe('Golden record of the one that is not in this'),
  why: z.string().describe('Why they are apart although the pair speaks for a link'),
});
const review = z.object({
  id: z.string(),
  kind: z.enum(['same', 'different']),
  left: z.string(),
  right: z.string(),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: time,
});
const survivor = z.object({
  field: z.string(),
  place: z.int().describe('0, or the place in a set'),
  value: z.unknown(),
  salesforceId: z.string().nullable().describe('The record the value comes from; null when it is pinned'),
  connectionId: z.string().nullable(),
  valueSince: time.nullable().describe('Age of the value itself'),
  valueSinceIs: z
    .enum(['fact', 'bound'])
    .nullable()
    .describe('fact: the value was seen to change then; bound: it is at least so old'),
  strategy: z.string(),
  decidedBy: z
    .string()
    .nullable()
    .describe('What settled it: only value, a strategy, smallest id, fullest record, follows <field>, pin'),
  pinnedBy: z.string().nullable(),
  pinReason: z.string().nullable(),
});
const identityEvent = z.object({
  runId: z.string(),
  at: time,
  kind: z.string(),
  goldenId: z.string(),
  otherGoldenId: z.string().nullable(),
  salesforceId: z.string().nullable(),
});

export const duplicateDetail = z
  .object({
    goldenId: z.string(),
    entity: z.string(),
    retiredInto: z.string().nullable().describe('The golden record that took this one over'),
    members: z.array(member),
    pairs: z.array(pair).describe('Pairs of members that were compared, the strongest first'),
    cuts: z.array(cut).describe('Pairs that speak for a link to a record of another golden record'),
    reviews: z.array(review).describe('Standing decisions on members'),
    survivors: z.array(survivor),
    events: z.array(identityEvent),
  })
  .meta({ id: 'DuplicateDetail' });

/** A cluster of thousands is a fault of its own; the page shows the strongest and newest this many. */
const limit = 500;

type Scored = { weight: number; probability: number; evidence: unknown };

function explained(row: Record<string, unknown>, outcome: 'one' | 'apart') {
  const { weight, probability, evidence: found } = row as Scored;
  const parts = evidenceOf(found);
  return {
    ...row,
    evidence: parts,
    sentence: sentence({ weight, probability, outcome }, parts),
    waterfall: waterfall(weight, parts),
  };
}

export function duplicateStory(db: Db, definitions: Definitions, id: string, entity: string) {
  const members = sql`members as (select connection_id, id, object from golden.crosswalk
    where golden_id = ${id} order by object, id limit ${limit})`;
  const key = sql`p.l_connection_id, p.l_id, p.r_connection_id, p.r_id`;

  async function membersOf() {
    const labelled = definitions.objects.filter((object) => object.label !== null);
    const tables = await existingTables(
      db,
      labelled.map((object) => `standard.${object.table}`),
    );
    const labels = labelled
      .filter((object) => tables.has(`standard.${object.table}`))
      .map(
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
    return rows.map((row) => present(member, row));
  }

  async function pairsOf() {
    const rows = await db.query(sql`/* duplicates.pairs */ with ${members}
      select p.l_id as "left", p.r_id as "right", p.weight, p.probability, p.decision, p.rule, p.evidence from match.pair p
      join members l on (l.connection_id, l.id) = (p.l_connection_id, p.l_id)
      join members r on (r.connection_id, r.id) = (p.r_connection_id, p.r_id)
      where p.entity = ${entity} order by p.weight desc, p.l_id, p.r_id limit ${limit}`);
    return rows.map((row) => present(pair, explained(row, 'one')));
  }

  async function cutsOf() {
    const side = (own: 'l' | 'r', other: 'l' | 'r') => sql`
      select ${key}, x.golden_id as other_golden_id, p.weight, p.probability, p.decision, p.rule, p.evidence
      from members m join match.pair p on p.entity = ${entity}
        and p.${identifier(`${own}_connection_id`)} = m.connection_id and p.${identifier(`${own}_id`)} = m.id
      join golden.crosswalk x on x.entity = ${entity} and x.connection_id = p.${identifier(`${other}_connection_id`)}
        and x.id = p.${identifier(`${other}_id`)}
      where x.golden_id <> ${id} and p.decision in ('link', 'cut')`;
    const rows =
      await db.query(sql`/* duplicates.cuts */ with ${members}, p as (${side('l', 'r')} union all ${side('r', 'l')})
      select p.l_id as "left", p.r_id as "right", p.weight, p.probability, p.decision, p.rule, p.evidence, p.other_golden_id,
        coalesce('Review ' || d.id || ': ' || d.reason, 'The other pairs between the two groups speak against it, or ids and parents forbid it.') as why
      from p left join review.decision d on d.entity = ${entity} and d.undone_at is null and d.kind = 'different'
        and (d.l_connection_id, d.l_id, d.r_connection_id, d.r_id) = (${key})
      order by p.weight desc, p.l_id, p.r_id limit ${limit}`);
    return rows.map((row) => present(cut, explained(row, 'apart')));
  }

  async function reviewsOf() {
    const rows = await db.query(sql`/* duplicates.reviews */ with ${members}
      select d.id, d.kind, d.l_id as "left", d.r_id as "right", d.reason, d.decided_by, d.decided_at from review.decision d
      where d.entity = ${entity} and d.undone_at is null and exists (select from members m
        where (m.connection_id, m.id) in ((d.l_connection_id, d.l_id), (d.r_connection_id, d.r_id)))
      order by d.id desc limit ${limit}`);
    return rows.map((row) => present(review, row));
  }

  async function survivorsOf() {
    const rows = await db.query(sql`/* duplicates.survivors */
      select p.field, p.place, p.value, p.id as salesforce_id, p.connection_id, p.value_since, p.value_since_is, p.strategy, p.decided_by,
        n.pinned_by, n.reason as pin_reason
      from golden.provenance p left join review.pin n on n.id = p.pin_id where p.golden_id = ${id} order by p.field, p.place`);
    return rows.map((row) => present(survivor, row));
  }

  async function eventsOf() {
    const rows = await db.query(sql`/* duplicates.events */
      select run_id, at, kind, golden_id, other_golden_id, id as salesforce_id from golden.event
      where golden_id = ${id} or other_golden_id = ${id} order by sequence desc limit ${limit}`);
    return rows.map((row) => present(identityEvent, row));
  }

  return Promise.all([membersOf(), pairsOf(), cutsOf(), reviewsOf(), survivorsOf(), eventsOf()]).then(
    ([found, pairs, cuts, reviews, survivors, events]) => ({ members: found, pairs, cuts, reviews, survivors, events }),
  );
}
