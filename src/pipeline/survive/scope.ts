/** What has moved since an entity last survived into the golden ids to redo: records, members, pins, or everything. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';

/** Raised whenever the same values may survive otherwise. */
const survivalVersion = 1;

const mostIds = 50_000;

type State = { pin_version: string; definition_hash: string };
export type Scope = {
  now: State;
  /** Golden ids to redo; null for all. */
  ids: string[] | null;
  /** Before any sync there is no evidence table to take versions from. */
  hasEvidence: boolean;
};

export async function scopeOf(tx: Transaction, context: Context, entity: EntityDefinition): Promise<Scope> {
  const objects = context.definitions.objects.filter((object) => entity.name in object.entities);
  const definition_hash = createHash('sha256')
    .update(JSON.stringify([survivalVersion, entity, objects]))
    .digest('hex');
  const [found] = await tx.query<{ pin_version: string; has: boolean }>(sql`/* survive.moved */
    select coalesce((select max(version) from review.pin), 0) as pin_version,
      to_regclass(${`standard."${entity.name}"`}) is not null as has`);
  const now = { pin_version: found?.pin_version ?? '0', definition_hash };
  const [seen] = await tx.query<State>(sql`/* survive.seen */ select pin_version, definition_hash
    from golden.survival where entity = ${entity.name}`);
  const hasEvidence = found?.has ?? false;
  const { connectionId } = context.run;
  // Asked before: compared with a version it can see the planner takes the index.
  const [survived] = await tx.query<{ version: string }>(sql`/* survive.survived */
    select version from golden.survived where entity = ${entity.name} and connection_id = ${connectionId}`);
  const isAll = !hasEvidence || seen?.definition_hash !== definition_hash || context.run.mode === 'full';
  if (isAll) return { now, ids: null, hasEvidence };
  const rows = await tx.query<{ golden_id: string }>(sql`/* survive.touch */
    with recursive heir as (
      select p.golden_id from review.pin p where p.version > ${seen.pin_version}
      union
      select i.retired_into from heir join golden.identity i using (golden_id) where i.retired_into is not null)
    select golden_id from golden.changed where entity = ${entity.name}
    union
    select x.golden_id from ${identifier('standard', entity.name)} s
    join golden.crosswalk x on x.entity = ${entity.name} and x.connection_id = s.connection_id and x.id = s.id
    where s.connection_id = ${connectionId} and s._version > ${survived?.version ?? '-1'}
    union
    select golden_id from heir join golden.identity i using (golden_id) where i.entity = ${entity.name}`);
  // Of so many a look at all is cheaper.
  const ids = rows.length > mostIds ? null : rows.map((row) => row.golden_id);
  return { now, ids, hasEvidence };
}

/** From now on only what moves after this is looked at. */
export async function settle(tx: Transaction, context: Context, entity: EntityDefinition, scope: Scope): Promise<void> {
  const { now } = scope;
  await tx.query(sql`/* survive.settle */ insert into golden.survival as t (entity, pin_version, definition_hash, run_id)
    values (${entity.name}, ${now.pin_version}, ${now.definition_hash}, ${context.run.id})
    on conflict (entity) do update set pin_version = excluded.pin_version, definition_hash = excluded.definition_hash,
      run_id = excluded.run_id
      where (t.pin_version, t.definition_hash) is distinct from (excluded.pin_version, excluded.definition_hash)`);
  await markTouched(tx, entity.name, scope.ids);
  await tx.query(sql`/* survive.unmark */ delete from golden.changed where entity = ${entity.name}`);
  if (!scope.hasEvidence) return;
  const evidence = identifier('standard', entity.name);
  // The others' rows move in their own runs only.
  const moved =
    scope.ids === null
      ? sql`select connection_id, max(_version) as version from ${evidence} group by 1`
      : sql`select ${context.run.connectionId}::text as connection_id, max(_version) as version from ${evidence}
        where connection_id = ${context.run.connectionId}`;
  await tx.query(sql`/* survive.version */ insert into golden.survived as t
    select ${entity.name}, connection_id, version from (${moved}) m where version is not null
    on conflict (entity, connection_id) do update set version = excluded.version
      where t.version <> excluded.version`);
}

/** For whoever publishes them. The entity's lock is held until the commit, so versions of one entity come in their order. */
async function markTouched(tx: Transaction, entity: string, ids: string[] | null): Promise<void> {
  if (ids === null) {
    await tx.query(sql`/* survive.untouch */ delete from golden.touched where entity = ${entity}`);
    await tx.query(sql`/* survive.whole */ update golden.survival set whole_version = nextval('mirror.version')
      where entity = ${entity}`);
  } else if (ids.length > 0) {
    await tx.query(sql`/* survive.touched */ insert into golden.touched
      select golden_id, ${entity}, nextval('mirror.version') from unnest(${ids}::text[]) golden_id
      on conflict (golden_id) do update set version = excluded.version`);
  }
}
