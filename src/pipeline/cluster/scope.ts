/** What has moved since an entity was last clustered into the records that must be clustered again, or none, or all. */
import { createHash } from 'node:crypto';
import sql, { join, type Sql } from 'sql-template-tag';
import { named, type Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';
import { becameSql, dependantsSql, type Links } from './told.ts';
import type { RecordKey } from '../../model/record-key.ts';

/** Raised whenever the same pairs may give other clusters. */
const clusterVersion = 2;
/** Beyond this many records reading everything is cheaper than asking for the neighbours of each. */
const roundLimit = 20_000;

export type Progress = { match_fingerprint: string | null; review_version: string; definition_hash: string };
export type Scope = {
  now: Progress;
  /** null: every record; none: nothing is to be done. */
  keys: RecordKey[] | null;
};

type Seen = Progress & {
  seen_fingerprint: string | null;
  seen_review_version: string | null;
  seen_hash: string | null;
};

/** Whether nothing at all moved: a question that needs no transaction. */
export async function isSettled(context: Context, entity: EntityDefinition): Promise<boolean> {
  const hash = hashOf(entity);
  const [now] = await context.db.query<Seen>(named(sql`/* cluster.seen */ ${nowSql(entity.name, hash)}`));
  return (
    now!.match_fingerprint !== null &&
    now!.seen_fingerprint === now!.match_fingerprint &&
    now!.seen_hash === hash &&
    now!.seen_review_version === now!.review_version
  );
}

/**
 * The records whose clusters may change: what was compared or decided since, and everything connected to it by evidence to link,
 * by what was told, or by sharing a golden id, to the end. So that clustering them alone gives what clustering all would.
 * @param threshold weight above which a pair speaks for a link
 */
export async function scopeOf(
  tx: Queryable,
  entity: EntityDefinition,
  links: Links,
  threshold: number,
): Promise<Scope> {
  const { name } = entity;
  const hash = hashOf(entity);
  type Found = Seen & { is_whole: boolean; keys: RecordKey[] };
  // By index record by record, so that one plan serves however many there are.
  const [found] =
    await tx.query<Found>(sql`/* cluster.scope */ with recursive now as materialized (${nowSql(name, hash)}),
    step as (
      select i.to_fingerprint, array[i.sequence] as increments from now join match.increment i
        on i.entity = ${name} and i.from_fingerprint = now.seen_fingerprint
      where now.seen_fingerprint <> now.match_fingerprint
      union all
      select i.to_fingerprint, step.increments || i.sequence from step
      join match.increment i on i.entity = ${name} and i.from_fingerprint = step.to_fingerprint
        and i.sequence > step.increments[cardinality(step.increments)]),
    chain as materialized (select increments from step where to_fingerprint = (select match_fingerprint from now)
      order by cardinality(increments) limit 1),
    moved as materialized (
      select t.connection_id, t.id from chain cross join lateral unnest(chain.increments) one (sequence)
      join match.touched t on t.increment = one.sequence
      union
      select e.* from now join review.decision d on d.entity = ${name} and d.version > now.seen_review_version
      cross join lateral (values (d.l_connection_id, d.l_id), (d.r_connection_id, d.r_id)) e (connection_id, id)),
    reached as (
      select * from (select * from moved union all ${dependantsSql(links, sql`moved`)}) start
      union
      select n.* from reached r cross join lateral (${neighbours(entity, links, threshold)}) n)
    select now.*, now.match_fingerprint is null or now.seen_hash is distinct from now.definition_hash
        or (now.seen_fingerprint is distinct from now.match_fingerprint and not exists (select from chain)) as is_whole,
      (select coalesce(jsonb_agg(to_jsonb(k)), '[]') from (select * from reached limit ${roundLimit + 1}) k) as keys
    from now`);
  const { match_fingerprint, review_version, definition_hash, is_whole: isWhole, keys } = found!;
  const now = { match_fingerprint, review_version, definition_hash };
  return { now, keys: isWhole || keys.length > roundLimit ? null : keys };
}

function hashOf(entity: EntityDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify([clusterVersion, entity]))
    .digest('hex');
}

/** What there is now, and what was when the entity was last clustered. */
function nowSql(entity: string, hash: string): Sql {
  return sql`select (select fingerprint from match.state where entity = ${entity}) as match_fingerprint,
      coalesce((select max(version) from review.decision), 0) as review_version, ${hash}::text as definition_hash,
      seen.match_fingerprint as seen_fingerprint, seen.review_version as seen_review_version, seen.definition_hash as seen_hash
    from (select) one left join golden.progress seen on seen.entity = ${entity}`;
}

/** Of the record `r`. */
function neighbours(entity: EntityDefinition, links: Links, threshold: number): Sql {
  const { name } = entity;
  const other = { l: 'r', r: 'l' } as const;
  const across = (table: Sql, from: 'l' | 'r', when: Sql) => {
    const of = (side: 'l' | 'r', column: string) => identifier('e', `${side}_${column}`);
    return sql`select ${of(other[from], 'connection_id')}, ${of(other[from], 'id')} from ${table} e
      where e.entity = ${name} and ${of(from, 'connection_id')} = r.connection_id and ${of(from, 'id')} = r.id and ${when}`;
  };
  const sides = ['l', 'r'] as const;
  const parts = [
    ...sides.map((side) => across(sql`match.pair`, side, sql`e.weight > ${threshold}`)),
    ...sides.map((side) => across(sql`review.decision`, side, sql`e.undone_at is null`)),
    sql`select mate.connection_id, mate.id from golden.crosswalk x join golden.crosswalk mate on mate.golden_id = x.golden_id
      where x.entity = ${name} and x.connection_id = r.connection_id and x.id = r.id`,
    ...becameSql(entity, links),
  ];
  return join(parts, ' union all ');
}
