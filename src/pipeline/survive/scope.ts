/** What has moved since an entity last survived into the golden ids to redo: records, members, pins, or everything. */
import { createHash } from 'node:crypto';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { few, named, planningEach, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';

/** Raised whenever the same values may survive otherwise. */
const survivalVersion = 2;

const mostIds = 50_000;

type State = { pin_version: string; definition_hash: string };
export type Scope = {
  now: State;
  /** Golden ids to redo; null for all. */
  ids: string[] | null;
};
type Seen = { pin_version: string; seen_pin_version: string | null; seen_hash: string | null };

/** Whether nothing moved at all: a question that needs no transaction. */
export async function isSettled(context: Context, entity: EntityDefinition): Promise<boolean> {
  const { connectionId, mode } = context.run;
  if (mode === 'full' || !(await hasEvidence(context, entity))) return false;
  const [now] = await context.db.query<Seen & { has_moved: boolean }>(
    named(sql`/* survive.seen */ select now.*,
      exists (select from golden.changed where entity = ${entity.name}) or
      (select max(_version) from ${identifier('standard', entity.name)} where connection_id = ${connectionId})
        is distinct from ${survived(entity, connectionId)} as has_moved from (${nowSql(entity)}) now`),
  );
  const { pin_version, seen_pin_version, seen_hash, has_moved } = now!;
  return !has_moved && seen_pin_version === pin_version && seen_hash === hashOf(context, entity);
}

/** @param prepared the same transaction, as `locking` gives it */
export async function scopeOf(
  tx: Transaction,
  prepared: Queryable,
  context: Context,
  entity: EntityDefinition,
): Promise<Scope> {
  const definition_hash = hashOf(context, entity);
  const stateOf = ({ pin_version }: Seen): State => ({ pin_version, definition_hash });
  const [seen] = await prepared.query<Seen>(sql`/* survive.now */ ${nowSql(entity)}`);
  const isAll = seen!.seen_hash !== definition_hash || context.run.mode === 'full';
  if (isAll || !(await hasEvidence(context, entity))) return { now: stateOf(seen!), ids: null };
  const [found] = await prepared.query<Found>(sql`/* survive.scope */ ${touched(context, entity, few)}`);
  if (!found!.is_more) return { now: stateOf(seen!), ids: found!.ids };
  const afresh = await planningEach(tx);
  const [all] = await afresh.query<Found>(sql`/* survive.scope */ ${touched(context, entity, mostIds)}`);
  // Of so many a look at all is cheaper.
  return { now: stateOf(seen!), ids: all!.is_more ? null : all!.ids };
}

type Found = { ids: string[]; is_more: boolean };

/** `ids` of golden records whose members, values or pins moved; `is_more`: more than `most` of either moved. */
function touched({ run: { connectionId } }: Context, entity: EntityDefinition, most: number): Sql {
  const limit = raw(String(most + 1));
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  return sql`with recursive heir as (
      select p.golden_id from golden.survival s join review.pin p on p.version > s.pin_version where s.entity = ${entity.name}
      union
      select i.retired_into from heir join golden.identity i using (golden_id) where i.retired_into is not null),
    moved as materialized (select id from ${identifier('standard', entity.name)} where connection_id = ${connectionId}
      and _version > coalesce(${survived(entity, connectionId)}, -1) order by _version limit ${limit}),
    touched as materialized (
      (select golden_id from golden.changed where entity = ${entity.name} limit ${limit})
      union
      select x.golden_id from moved join golden.crosswalk x on x.entity = ${entity.name} and x.connection_id = ${connectionId} and x.id = moved.id
      union
      select golden_id from heir join golden.identity i using (golden_id) where i.entity = ${entity.name})
    select array(select golden_id from touched) as ids,
      greatest((select count(*) from moved), (select count(*) from touched)) > ${most} as is_more`;
}

const survived = (entity: EntityDefinition, connectionId: string): Sql =>
  sql`(select version from golden.survived where entity = ${entity.name} and connection_id = ${connectionId})`;

function nowSql(entity: EntityDefinition): Sql {
  return sql`select coalesce((select max(version) from review.pin), 0) as pin_version, s.pin_version as seen_pin_version,
      s.definition_hash as seen_hash
    from (select) one left join golden.survival s on s.entity = ${entity.name}`;
}

function hashOf({ definitions }: Context, entity: EntityDefinition): string {
  const objects = definitions.objects.filter((object) => entity.name in object.entities);
  return createHash('sha256')
    .update(JSON.stringify([survivalVersion, entity, objects]))
    .digest('hex');
}

/** By database the entities whose evidence has a table, as it has since the first sync: nothing ever drops it. */
const evidenced = new WeakMap<object, Set<string>>();

async function hasEvidence({ db }: Context, { name }: EntityDefinition): Promise<boolean> {
  const known = evidenced.get(db) ?? new Set<string>();
  evidenced.set(db, known);
  if (known.has(name)) return true;
  const [row] = await db.query<{ has: boolean }>(sql`/* survive.has */
    select to_regclass(${`standard."${name}"`}) is not null as has`);
  if (row!.has) known.add(name);
  return row!.has;
}

/** From now on only what moves after this is looked at. The entity's lock is held until the commit, so versions of one entity come in their order. */
export async function settle(tx: Queryable, context: Context, entity: EntityDefinition, scope: Scope): Promise<void> {
  const { ids, now } = scope;
  const { name } = entity;
  const evidence = identifier('standard', name);
  const { connectionId } = context.run;
  // The others' rows move in their own runs only.
  const moved =
    ids === null
      ? sql`select connection_id, max(_version) as version from ${evidence} group by 1`
      : sql`select ${connectionId}::text as connection_id, max(_version) as version from ${evidence} where connection_id = ${connectionId}`;
  const survivedNow = sql`insert into golden.survived as t
    select ${name}, connection_id, version from (${moved}) m where version is not null
    on conflict (entity, connection_id) do update set version = excluded.version where t.version <> excluded.version`;
  const steps = [
    sql`unmarked as (delete from golden.changed where entity = ${name})`,
    ...((await hasEvidence(context, entity)) ? [sql`survived as (${survivedNow})`] : []),
    ids === null
      ? sql`untouched as (delete from golden.touched where entity = ${name})`
      : sql`touched as (insert into golden.touched select golden_id, ${name}, nextval('mirror.version') from unnest(${ids}::text[]) golden_id
          on conflict (golden_id) do update set version = excluded.version)`,
  ];
  const wholeVersion = ids === null ? sql`nextval('mirror.version')` : sql`t.whole_version`;
  await tx.query(sql`/* survive.settle */ with ${join(steps)}
    insert into golden.survival as t (entity, pin_version, definition_hash, run_id, whole_version)
    values (${name}, ${now.pin_version}, ${now.definition_hash}, ${context.run.id}, nextval('mirror.version'))
    on conflict (entity) do update set pin_version = excluded.pin_version, definition_hash = excluded.definition_hash,
      run_id = excluded.run_id, whole_version = ${wholeVersion}
      where ${ids === null ? sql`true` : sql`(t.pin_version, t.definition_hash) is distinct from (excluded.pin_version, excluded.definition_hash)`}`);
}
