/** The pairs of one entity and what people said of them into clusters, and the clusters into golden ids that stay. */
import sql, { empty, type Sql } from 'sql-template-tag';
import { locking } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import { keySql } from '../db/record-key.ts';
import { askTogether, type Sized, sizedFor } from '../db/steps.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { DomainError } from '../model/errors.ts';
import type { StageResult } from '../model/run.ts';
import type { ScoredPairs } from '../matcher/cluster/agglomerate.ts';
import { clusterPairs } from '../matcher/cluster/components.ts';
import { obey } from '../matcher/cluster/constrain.ts';
import { assignIds, type ClusterMember } from '../matcher/cluster/identity.ts';
import { goneMembersOf, type Gone, goneSql, recordChange, recordStability } from './cluster/record.ts';
import { queueReviews } from './cluster/review-queue.ts';
import { isSettled, scopeOf } from './cluster/scope.ts';
import {
  among,
  type Links,
  linksOf,
  constraintsOf,
  constraintQuestions,
  type ConstraintRows,
} from './cluster/constraints.ts';
import { keyOf, type RecordKey } from '../model/record-key.ts';
import { type Context, decisionsOf } from './context.ts';
import { putMarks } from './marks.ts';

/** Bits against two records of which somebody said that they are not one: no evidence outweighs it. */
const never = -1e6;

/**
 * Writes golden.identity, crosswalk, membership, event, stability and review_item where something changed, and only
 * looks at what evidence or decisions moved. @param subject name of the entity
 */
export async function cluster(context: Context, subject: string): Promise<StageResult> {
  const entity = context.definitions.entities.find(({ name }) => name === subject);
  if (!entity) throw new DomainError('request-invalid', `There is no entity "${subject}".`);
  if (await isSettled(context, entity)) return { readCount: 0, changedCount: 0 };
  const links = await linksOf(context, entity);
  return context.write(async (tx) => {
    // Two orgs may be synced at once, and share golden records.
    const prepared = await locking(tx, `golden.${entity.name}`);
    const { keys, marks } = await scopeOf(prepared, entity, links, decisionsOf(context));
    const sized = await sizedFor(tx, prepared, keys?.length ?? null);
    const result =
      keys?.length === 0 ? { readCount: 0, changedCount: 0 } : await clusterAgain(sized, context, entity, links, keys);
    await sized.tx.query(sql`/* cluster.settle */ ${putMarks('cluster', marks)}`);
    return result;
  });
}

/** @param keys the records to look at, closed under everything that ties records; null: all */
async function clusterAgain(
  sized: Sized,
  context: Context,
  entity: EntityDefinition,
  links: Links,
  keys: RecordKey[] | null,
): Promise<StageResult> {
  const { tx } = sized;
  const found = await read(sized, entity, links, keys, decisionsOf(context));
  const { member: members, gone } = found;
  const place = new Map(members.map((member, at) => [keyOf(member), at]));
  const constraints = constraintsOf(entity, place, found);
  const pairs = pairsOf(found.pair, place);
  const clusters = obey(clusterPairs(members.length, barred(pairs, constraints.apart)), pairs, constraints);

  const alive = found.alive.map((row) => row.golden_id);
  const change = assignIds(members, clusters, alive, entity.idPrefix, goneMembersOf(gone, place));
  const changedCount = change.moved.length + change.retired.length + gone.length;
  if (changedCount > 0) await recordChange(tx, context, entity.name, change, gone, members);
  if (changedCount > 0) await recordStability(tx, context, entity.name, change, alive.length);
  const queuedCount = await queueReviews(sized, links, entity, keys, decisionsOf(context));
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

type PairRow = { l: string; r: string; weight: number };
type Found = ConstraintRows & {
  member: ClusterMember[];
  pair: PairRow[];
  gone: Gone[];
  alive: { golden_id: string }[];
};

/** Everything known of the records. */
async function read(
  sized: Sized,
  entity: EntityDefinition,
  links: Links,
  keys: RecordKey[] | null,
  decisions: Sql,
): Promise<Found> {
  const { name } = entity;
  const mine =
    keys === null
      ? empty
      : sql`and golden_id in (select golden_id from golden.crosswalk c where c.entity = ${name} and ${among('c', keys)})`;
  const questions: Record<keyof Found, Sql> = {
    member: sql`select s.connection_id, s.object, s.id, c.golden_id from ${identifier('standard', name)} s
      left join golden.crosswalk c on c.entity = ${name} and c.connection_id = s.connection_id and c.id = s.id
      where ${among('s', keys)} order by s.connection_id collate "C", s.id collate "C"`,
    pair: sql`select ${keySql('p', 'l_')} as l, ${keySql('p', 'r_')} as r, p.weight
      from match.pair p where p.entity = ${name} and ${among('p', keys, 'l_')}`,
    gone: goneSql(name, keys),
    alive: sql`select golden_id from golden.identity where entity = ${name} and retired_at is null ${mine} order by golden_id`,
    ...constraintQuestions(entity, links, keys, decisions),
  };
  return (await askTogether(sized, 'cluster', questions)) as Found;
}

function pairsOf(rows: readonly PairRow[], place: ReadonlyMap<string, number>): ScoredPairs {
  const known = rows.filter(({ l, r }) => place.has(l) && place.has(r));
  return {
    left: Int32Array.from(known, ({ l }) => place.get(l) as number),
    right: Int32Array.from(known, ({ r }) => place.get(r) as number),
    score: Float64Array.from(known, ({ weight }) => weight),
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
