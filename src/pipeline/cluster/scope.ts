/** What has moved since an entity was last clustered into the records that must be clustered again, or none, or all. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { few, preparing, type Transaction } from '../../db/connect.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { becomings, dependants, type Key, keyOf } from './told.ts';

/** Raised whenever the same pairs may give other clusters. */
const clusterVersion = 2;
/** Beyond this many records reading everything is cheaper than asking for neighbours round by round. */
const roundLimit = 20_000;

export type Progress = { match_fingerprint: string | null; review_version: string; definition_hash: string };
export type Scope = {
  now: Progress;
  /** null: every record; none: nothing is to be done. */
  keys: Key[] | null;
};

/** @param threshold weight above which a pair speaks for a link */
export async function scopeOf(
  tx: Transaction,
  definitions: Definitions,
  entity: EntityDefinition,
  threshold: number,
): Promise<Scope> {
  const definition_hash = createHash('sha256')
    .update(JSON.stringify([clusterVersion, entity]))
    .digest('hex');
  const [seen] = await tx.query<Progress>(sql`/* cluster.progress */ select match_fingerprint, review_version,
    definition_hash from golden.progress where entity = ${entity.name}`);
  const [state] = await tx.query<Omit<Progress, 'definition_hash'>>(sql`/* cluster.moved */
    select (select fingerprint from match.state where entity = ${entity.name}) as match_fingerprint,
      coalesce((select max(version) from review.decision), 0) as review_version`);
  const now = { match_fingerprint: null, review_version: '0', ...state, definition_hash };
  if (now.match_fingerprint === null || seen?.definition_hash !== definition_hash) return { now, keys: null };
  const compared = await comparedSince(tx, entity.name, seen.match_fingerprint, now.match_fingerprint);
  if (compared === null) return { now, keys: null };
  const decided = await tx.query<Key>(sql`/* cluster.decided */
    select e.* from review.decision d
    cross join lateral (values (d.l_connection_id, d.l_id), (d.r_connection_id, d.r_id)) e (connection_id, id)
    where d.entity = ${entity.name} and d.version > ${seen.review_version}`);
  const moved = [...compared, ...decided];
  if (moved.length === 0) return { now, keys: [] };
  const asked = moved.length <= few ? preparing(tx) : tx;
  const from = [...moved, ...(await dependants(asked, definitions, entity, moved))];
  return { now, keys: await reachOf(asked, definitions, entity, from, threshold) };
}

/** Records whose pairs were brought up to date between two fingerprints; null when everything was compared anew. */
async function comparedSince(tx: Transaction, entity: string, from: string | null, to: string): Promise<Key[] | null> {
  if (from === to) return [];
  const [chain] = await tx.query<{ increments: string[] | null }>(sql`/* cluster.chain */ with recursive step as (
      select to_fingerprint, array[sequence] as increments from match.increment
      where entity = ${entity} and from_fingerprint = ${from}
      union all
      select i.to_fingerprint, step.increments || i.sequence from step
      join match.increment i on i.entity = ${entity} and i.from_fingerprint = step.to_fingerprint
        and i.sequence > step.increments[cardinality(step.increments)])
    select increments from step where to_fingerprint = ${to} order by cardinality(increments) limit 1`);
  if (!chain?.increments) return null;
  return tx.query<Key>(sql`/* cluster.touched */ select distinct connection_id, id from match.touched
    where increment = any (${chain.increments}::bigint[])`);
}

/**
 * The records whose clusters may change with the given ones: everything connected by evidence to link, by what was
 * told, or by sharing a golden id, to the end. So that clustering them alone gives what clustering all would.
 * null when that is most of everything.
 */
export async function reachOf(
  tx: Transaction,
  definitions: Definitions,
  entity: EntityDefinition,
  from: readonly Key[],
  threshold: number,
): Promise<Key[] | null> {
  const reached = new Map(from.map((key) => [keyOf(key), key]));
  let frontier = [...reached.values()];
  while (frontier.length > 0) {
    const neighbours = await tx.query<Key>(sql`/* cluster.reach */
      with f as materialized (select * from unnest(${frontier.map((key) => key.connection_id)}::text[],
        ${frontier.map((key) => key.id)}::text[]) f (connection_id, id))
      select p.r_connection_id as connection_id, p.r_id as id from f join match.pair p on p.entity = ${entity.name}
        and p.l_connection_id = f.connection_id and p.l_id = f.id where p.weight > ${threshold}
      union select p.l_connection_id, p.l_id from f join match.pair p on p.entity = ${entity.name}
        and p.r_connection_id = f.connection_id and p.r_id = f.id where p.weight > ${threshold}
      union select d.r_connection_id, d.r_id from f join review.decision d on d.entity = ${entity.name}
        and d.l_connection_id = f.connection_id and d.l_id = f.id where d.undone_at is null
      union select d.l_connection_id, d.l_id from f join review.decision d on d.entity = ${entity.name}
        and d.r_connection_id = f.connection_id and d.r_id = f.id where d.undone_at is null
      union select mate.connection_id, mate.id from f join golden.crosswalk x on x.entity = ${entity.name}
        and x.connection_id = f.connection_id and x.id = f.id
        join golden.crosswalk mate on mate.golden_id = x.golden_id`);
    const became = await becomings(tx, definitions, entity, frontier);
    neighbours.push(...became.map(({ r_connection_id, r_id }) => ({ connection_id: r_connection_id, id: r_id })));
    frontier = neighbours.filter((key) => !reached.has(keyOf(key)));
    for (const key of frontier) reached.set(keyOf(key), key);
    if (reached.size > roundLimit) return null;
  }
  return [...reached.values()];
}
