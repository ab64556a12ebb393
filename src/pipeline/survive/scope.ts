/** What has moved since an entity last survived into the golden ids to redo: records, members, pins, or everything. */
import sql, { raw, type Sql } from 'sql-template-tag';
import { named, type Queryable, type Transaction } from '../../db/connect.ts';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import { fewOrMany } from '../../db/steps.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';
import {
  allTaken,
  everyOrg,
  hashOf,
  isTaken,
  type Mark,
  putMarks,
  since,
  type Taken,
  takenSql,
  taking,
} from '../marks.ts';

/** Raised whenever the same values may survive otherwise. */
const survivalVersion = 4;

const mostIds = 50_000;

export type SurviveScope = {
  /** What survives by now. */
  marks: Mark[];
  /** Golden ids to redo; null for all. */
  ids: string[] | null;
  /** Of the definition. */
  hash: string;
};

type Found = { taken: Record<'standardise' | 'cluster' | 'review', Taken>; ids: string[]; is_more: boolean };

/** Whether nothing moved at all: a question that needs no transaction. */
export async function isSettled(context: Context, entity: EntityDefinition): Promise<boolean> {
  if (context.run.mode === 'full' || !(await tableExists(context.db, 'standard', entity.name))) return false;
  const [now] = await context.db.query<Pick<Found, 'taken'>>(
    named(sql`/* survive.seen */ with ${takenOf(context, entity)} select ${allTaken} as taken`),
  );
  return isTaken(now!.taken, hashFor(context, entity));
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
): Promise<SurviveScope> {
  const { name } = entity;
  const hash = hashFor(context, entity);
  if (!(await tableExists(context.db, 'standard', entity.name))) return { marks: [], ids: null, hash };
  const isAll = ({ taken }: Found) => taken.review.hash !== hash || context.run.mode === 'full';
  const found = await fewOrMany(tx, prepared, mostIds, (db, most) => readTouched(db, context, entity, most), isAll);
  const marks = taking(name, found.taken, hash);
  // Of so many a look at all is cheaper.
  if (!found.is_more && !isAll(found)) return { marks, ids: found.ids, hash };
  const others = await tx.query<{ connectionId: string; version: string }>(sql`/* survive.others */
    select connection_id as "connectionId", max(_version) as version from ${identifier('standard', name)}
    where connection_id <> ${context.run.connectionId} group by connection_id`);
  return {
    marks: [...marks, ...others.map((one) => ({ ...one, subject: name, source: 'standardise', hash }))],
    ids: null,
    hash,
  };
}

/** `ids` of golden records whose members, values or pins moved; `is_more`: more than `most` of either moved. */
async function readTouched(db: Queryable, context: Context, entity: EntityDefinition, most: number): Promise<Found> {
  const { name } = entity;
  const { connectionId } = context.run;
  const limit = raw(String(most + 1));
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const [found] = await db.query<Found>(sql`/* survive.scope */ with recursive ${takenOf(context, entity)},
    heir as (
      select golden_id from review.pin where version > ${since('review')}
      union
      select i.retired_into from heir join golden.identity i using (golden_id) where i.retired_into is not null),
    moved as materialized (select id from ${identifier('standard', name)} where connection_id = ${connectionId}
      and _version > ${since('standardise')} order by _version limit ${limit}),
    touched as materialized (
      (select golden_id from golden.touched where entity = ${name} and version > ${since('cluster')} order by version limit ${limit})
      union
      select x.golden_id from moved join golden.crosswalk x on x.entity = ${name} and x.connection_id = ${connectionId} and x.id = moved.id
      union
      select golden_id from heir join golden.identity i using (golden_id) where i.entity = ${name})
    select ${allTaken} as taken, array(select golden_id from touched) as ids,
      greatest((select count(*) from moved), (select count(*) from touched)) > ${most} as is_more`);
  return found!;
}

/** SQL of what survivorship takes in. */
function takenOf({ run: { connectionId } }: Context, { name }: EntityDefinition): Sql {
  return takenSql('survive', name, {
    standardise: [
      connectionId,
      sql`(select max(_version) from ${identifier('standard', name)} where connection_id = ${connectionId})`,
    ],
    cluster: [everyOrg, sql`(select max(version) from golden.touched where entity = ${name})`],
    review: [everyOrg, sql`coalesce((select max(version) from review.pin), 0)`],
  });
}

function hashFor({ definitions }: Context, entity: EntityDefinition): string {
  const objects = () => definitions.objects.filter((object) => entity.name in object.entities);
  return hashOf(definitions, `survive ${entity.name}`, () => [survivalVersion, entity, objects()]);
}

/** From now on only what moves after this is looked at. The entity's lock is held until the commit, so versions of one entity come in their order. */
export async function settle(
  tx: Queryable,
  { name }: EntityDefinition,
  { ids, marks, hash }: SurviveScope,
): Promise<void> {
  const touched =
    ids === null
      ? sql`delete from golden.touched where entity = ${name}`
      : sql`insert into golden.touched (golden_id, entity, version) select golden_id, ${name}, made.version
          from unnest(${ids}::text[]) golden_id cross join made on conflict (golden_id) do update set version = excluded.version`;
  // What clustering touched has the version of this now.
  const made = ['survive', 'cluster'].map((source) => ({
    subject: name,
    source,
    connectionId: everyOrg,
    version: sql`(select version from made)`,
    hash,
  }));
  const taken = marks.filter(({ source }) => source !== 'cluster');
  await tx.query(sql`/* survive.settle */ with made as materialized (select nextval('mirror.version') as version), touched as (${touched})
    ${putMarks('survive', ids?.length === 0 ? marks : [...taken, ...made], ids === null)}`);
}
