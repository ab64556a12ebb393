/** The pairs of one entity and what people said of them into clusters, and the clusters into golden ids that stay. */
import sql, { empty } from 'sql-template-tag';
import { few, preparing, type Transaction } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { DomainError } from '../model/errors.ts';
import type { StageResult } from '../model/run.ts';
import { clusterPairs, type ScoredPairs } from './cluster/components.ts';
import { obey } from './cluster/constrain.ts';
import { assignIds, type Member } from './cluster/identity.ts';
import { ghostsOf, readGone, recordChange, recordStability } from './cluster/record.ts';
import { queueReviews } from './cluster/review-queue.ts';
import { type Progress, scopeOf } from './cluster/scope.ts';
import { among, type Key, keyOf, readTold } from './cluster/told.ts';
import type { Context } from './context.ts';
import { linkThreshold } from './match/engine.ts';

/** Bits against two records of which somebody said that they are not one: no evidence outweighs it. */
const never = -1e6;

/**
 * Writes golden.identity, crosswalk, membership, event, stability and review_item where something changed, and only
 * looks at what evidence or decisions moved. @param subject name of the entity
 */
export async function cluster(context: Context, subject: string): Promise<StageResult> {
  const entity = context.definitions.entities.find(({ name }) => name === subject);
  if (!entity) throw new DomainError('request-invalid', `There is no entity "${subject}".`);
  return context.write(async (tx) => {
    // Two orgs may be synced at once, and share golden records.
    await tx.query(sql`/* cluster.lock */ select pg_advisory_xact_lock(hashtext(${`golden.${entity.name}`}))`);
    const { keys, now } = await scopeOf(tx, context.definitions, entity, linkThreshold);
    if (keys?.length === 0) return { readCount: 0, changedCount: 0 };
    const isFew = keys !== null && keys.length <= few;
    const result = await clusterAgain(isFew ? preparing(tx) : tx, context, entity, keys);
    await settle(tx, context, entity.name, now);
    return result;
  });
}

/** @param keys the records to look at, closed under everything that ties records; null: all */
async function clusterAgain(
  tx: Transaction,
  context: Context,
  entity: EntityDefinition,
  keys: Key[] | null,
): Promise<StageResult> {
  const members = await tx.query<Member>(sql`/* cluster.member */
    select s.connection_id, s.object, s.id, c.golden_id from ${identifier('standard', entity.name)} s
    left join golden.crosswalk c on c.entity = ${entity.name} and c.connection_id = s.connection_id and c.id = s.id
    where ${among('s', keys)} order by s.connection_id collate "C", s.id collate "C"`);
  const place = new Map(members.map((member, at) => [keyOf(member), at]));
  const told = await readTold(tx, context.definitions, entity, place, keys);
  const pairs = await readPairs(tx, entity.name, place, keys);
  const clusters = obey(clusterPairs(members.length, barred(pairs, told.apart)), pairs, told);

  const gone = await readGone(tx, entity.name, keys);
  const alive = await aliveIds(tx, entity.name, keys === null ? null : [...members, ...gone]);
  const change = assignIds(members, clusters, alive, entity.idPrefix, ghostsOf(gone, place));
  const changedCount = change.moved.length + change.retired.length + gone.length;
  if (changedCount > 0) await recordChange(tx, context, entity.name, change, gone, members);
  if (changedCount > 0) await recordStability(tx, context, entity.name, change, alive.length);
  const queuedCount = await queueReviews(tx, context.definitions, entity, keys, linkThreshold);
  return {
    readCount: members.length,
    changedCount: changedCount + queuedCount,
    detail: {
      goldenIdCount: alive.length,
      keptIdRate: alive.length === 0 ? null : change.keptCount / alive.length,
      unchangedIdRate: alive.length === 0 ? null : change.unchangedCount / alive.length,
      reviewItemChangeCount: queuedCount,
    },
  };
}

async function readPairs(
  tx: Transaction,
  entity: string,
  place: ReadonlyMap<string, number>,
  keys: Key[] | null,
): Promise<ScoredPairs> {
  const rows = await tx.query<{ l: string; r: string; weight: number }>(sql`/* cluster.pair */
    select p.l_connection_id || ' ' || p.l_id as l, p.r_connection_id || ' ' || p.r_id as r, p.weight
    from match.pair p where p.entity = ${entity} and ${among('p', keys, 'l_')}`);
  const known = rows.filter(({ l, r }) => place.has(l) && place.has(r));
  return {
    left: Int32Array.from(known, ({ l }) => place.get(l) as number),
    right: Int32Array.from(known, ({ r }) => place.get(r) as number),
    score: Float64Array.from(known, ({ weight }) => weight - linkThreshold),
  };
}

/** The pairs with those that may not meet weighing so much against that the first clustering respects them already. */
function barred(pairs: ScoredPairs, apart: readonly (readonly [number, number])[]): ScoredPairs {
  if (apart.length === 0) return pairs;
  const foes = new Set(apart.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`));
  const score = pairs.score.map((weight, at) => {
    const [a, b] = [pairs.left[at] as number, pairs.right[at] as number];
    return foes.has(`${Math.min(a, b)} ${Math.max(a, b)}`) ? never : weight;
  });
  return { ...pairs, score };
}

async function aliveIds(tx: Transaction, entity: string, of: { golden_id: string | null }[] | null): Promise<string[]> {
  const ids = of && [...new Set(of.flatMap(({ golden_id: golden }) => golden ?? []))];
  const wanted = ids === null ? empty : sql`and golden_id = any (${ids}::text[])`;
  const rows = await tx.query<{ golden_id: string }>(sql`/* cluster.alive */
    select golden_id from golden.identity where entity = ${entity} and retired_at is null ${wanted} order by golden_id`);
  return rows.map((row) => row.golden_id);
}

async function settle(tx: Transaction, context: Context, entity: string, now: Progress): Promise<void> {
  await tx.query(sql`/* cluster.settle */ insert into golden.progress
    values (${entity}, ${now.match_fingerprint}, ${now.review_version}, ${now.definition_hash}, ${context.run.id})
    on conflict (entity) do update set match_fingerprint = excluded.match_fingerprint,
      review_version = excluded.review_version, definition_hash = excluded.definition_hash, run_id = excluded.run_id`);
}
