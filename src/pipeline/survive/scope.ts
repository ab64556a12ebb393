/** What has moved since an entity last survived into the golden ids to redo: records, members, pins, or everything. */
import { createHash } from 'node:crypto';
import sql, { raw, type Sql } from 'sql-template-tag';
import { named, type Queryable, type Transaction } from '../../db/connect.ts';
import { existing } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import { fewOrMany } from '../../db/steps.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';
import { everyOrg, type Mark, markAt, putMarks, versionAt } from '../marks.ts';

/** Raised whenever the same values may survive otherwise. */
const survivalVersion = 2;

const mostIds = 50_000;

export type Scope = {
  /** What survives by now. */
  marks: Mark[];
  /** Golden ids to redo; null for all. */
  ids: string[] | null;
};

type Seen = {
  evidence: string | null;
  pins: string;
  seen_evidence: string | null;
  seen_pins: string | null;
  seen_hash: string | null;
  has_touched: boolean;
};

/** Whether nothing moved at all: a question that needs no transaction. */
export async function isSettled(context: Context, entity: EntityDefinition): Promise<boolean> {
  if (context.run.mode === 'full' || !(await hasEvidence(context, entity))) return false;
  const [seen] = await context.db.query<Seen>(named(sql`/* survive.seen */ ${seenSql(context, entity)}`));
  const { evidence, pins, seen_evidence, seen_pins, seen_hash, has_touched } = seen!;
  return !has_touched && seen_evidence === evidence && seen_pins === pins && seen_hash === hashOf(context, entity);
}

/**
 * The marks are taken before any row is read: what moves meanwhile is looked at again, never missed.
 * @param prepared the same transaction, as `locking` gives it
 */
export async function scopeOf(
  tx: Transaction,
  prepared: Queryable,
  context: Context,
  entity: EntityDefinition,
): Promise<Scope> {
  const hash = hashOf(context, entity);
  const { connectionId, mode } = context.run;
  const subject = entity.name;
  const marksOf = (pins: string, evidence: Versions[]): Mark[] => [
    { subject, source: 'review', connectionId: everyOrg, version: pins, hash },
    ...evidence.map((one) => ({
      subject,
      source: 'standardise',
      connectionId: one.connection_id,
      version: one.version,
      hash,
    })),
  ];
  if (!(await hasEvidence(context, entity))) return { marks: [], ids: null };
  const [seen] = await prepared.query<Seen>(sql`/* survive.now */ ${seenSql(context, entity)}`);
  const { pins, evidence, seen_hash } = seen!;
  const isAll = seen_hash !== hash || mode === 'full';
  const ids = isAll
    ? null
    : await fewOrMany(tx, prepared, mostIds, (db, most) => readTouched(db, context, entity, most));
  if (ids !== null) return { marks: marksOf(pins, [{ connection_id: connectionId, version: evidence }]), ids };
  const all = await tx.query<Versions>(sql`/* survive.versions */ select connection_id, max(_version) as version
    from ${identifier('standard', subject)} group by connection_id`);
  return { marks: marksOf(pins, all), ids };
}

type Versions = { connection_id: string; version: string | null };

/** Golden ids of records whose members, values or pins moved; null where more than `most` of either moved. */
async function readTouched(
  db: Queryable,
  { run: { connectionId } }: Context,
  { name }: EntityDefinition,
  most: number,
): Promise<string[] | null> {
  const limit = raw(String(most + 1));
  const places = placesOf(name, connectionId);
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const [found] = await db.query<{ ids: string[]; is_more: boolean }>(sql`/* survive.scope */ with recursive heir as (
      select golden_id from review.pin where version > ${versionAt(places.pins)}
      union
      select i.retired_into from heir join golden.identity i using (golden_id) where i.retired_into is not null),
    moved as materialized (select id from ${identifier('standard', name)} where connection_id = ${connectionId}
      and _version > coalesce(${versionAt(places.evidence)}, -1) order by _version limit ${limit}),
    touched as materialized (
      (select golden_id from golden.touched where entity = ${name} and version > ${versionAt(places.made)} order by version limit ${limit})
      union
      select x.golden_id from moved join golden.crosswalk x on x.entity = ${name} and x.connection_id = ${connectionId} and x.id = moved.id
      union
      select golden_id from heir join golden.identity i using (golden_id) where i.entity = ${name})
    select array(select golden_id from touched) as ids,
      greatest((select count(*) from moved), (select count(*) from touched)) > ${most} as is_more`);
  // Of so many a look at all is cheaper.
  return found!.is_more ? null : found!.ids;
}

/** What survivorship has taken in, and up to where it has touched golden records itself: what is newer, clustering did. */
function placesOf(subject: string, connectionId: string) {
  const of = { stage: 'survive', subject } as const;
  return {
    made: { ...of, source: 'survive', connectionId: everyOrg },
    pins: { ...of, source: 'review', connectionId: everyOrg },
    evidence: { ...of, source: 'standardise', connectionId },
  };
}

/** Up to where there is something, and up to where it was taken in. */
function seenSql({ run: { connectionId } }: Context, { name }: EntityDefinition): Sql {
  const { made, pins, evidence } = placesOf(name, connectionId);
  return sql`select coalesce((select max(version) from review.pin), 0) as pins, pinned.version as seen_pins, pinned.hash as seen_hash,
      (select max(_version) from ${identifier('standard', name)} where connection_id = ${connectionId}) as evidence,
      ${versionAt(evidence)} as seen_evidence,
      coalesce((select max(version) from golden.touched where entity = ${name}) > ${versionAt(made)}, false) as has_touched
    from (select) one left join ${markAt(pins)} pinned on true`;
}

function hashOf({ definitions }: Context, entity: EntityDefinition): string {
  const objects = definitions.objects.filter((object) => entity.name in object.entities);
  return createHash('sha256')
    .update(JSON.stringify([survivalVersion, entity, objects]))
    .digest('hex');
}

async function hasEvidence({ db }: Context, { name }: EntityDefinition): Promise<boolean> {
  const table = identifier('standard', name);
  return (await existing(db, [table])).has(table.sql);
}

/** From now on only what moves after this is looked at. The entity's lock is held until the commit, so versions of one entity come in their order. */
export async function settle(tx: Queryable, { name }: EntityDefinition, { ids, marks }: Scope): Promise<void> {
  const made = { subject: name, source: 'survive', connectionId: everyOrg, version: sql`(select version from made)` };
  const touched =
    ids === null
      ? sql`delete from golden.touched where entity = ${name}`
      : sql`insert into golden.touched (golden_id, entity, version) select golden_id, ${name}, made.version
          from unnest(${ids}::text[]) golden_id cross join made on conflict (golden_id) do update set version = excluded.version`;
  const isSame = ids?.length === 0;
  await tx.query(sql`/* survive.settle */ with made as materialized (select nextval('mirror.version') as version), touched as (${touched})
    ${putMarks('survive', isSame ? marks : [...marks, made], ids === null)}`);
}
