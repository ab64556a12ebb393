/** What has moved since an entity was last clustered into the records that must be clustered again, or none, or all. */
import sql, { join, type Sql } from 'sql-template-tag';
import { named, type Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { type Context, decisionsOf } from '../context.ts';
import {
  allTaken,
  everyOrg,
  hashOf,
  isTaken,
  type Mark,
  markAt,
  since,
  type Taken,
  takenSql,
  taking,
} from '../marks.ts';
import { becameSql, dependantsSql, type Links } from './constraints.ts';
import type { RecordKey } from '../../model/record-key.ts';

/** Raised whenever the same pairs may give other clusters. */
const clusterVersion = 2;
/** Beyond this many records reading everything is cheaper than asking for the neighbours of each. */
const roundLimit = 20_000;

export type ClusterScope = {
  /** What is clustered by now. */
  marks: Mark[];
  /** null: every record; none: nothing is to be done. */
  keys: RecordKey[] | null;
};

/** Whether nothing at all moved: a question that needs no transaction. */
export async function isSettled(context: Context, entity: EntityDefinition): Promise<boolean> {
  const [now] = await context.db.query<{ taken: Record<string, Taken> }>(
    named(sql`/* cluster.seen */ with ${takenOf(entity, decisionsOf(context))} select ${allTaken} as taken`),
  );
  return isTaken(now!.taken, hashFor(entity));
}

/**
 * The records whose clusters may change: what was compared or decided since, and everything connected to it by evidence to link,
 * by what was told, or by sharing a golden id, to the end. So that clustering them alone gives what clustering all would.
 */
export async function scopeOf(
  tx: Queryable,
  entity: EntityDefinition,
  links: Links,
  decisions: Sql,
): Promise<ClusterScope> {
  const { name } = entity;
  type Found = { taken: Record<'match' | 'review', Taken>; is_redone: boolean; keys: RecordKey[] };
  // By index record by record, so that one plan serves however many there are.
  const [found] = await tx.query<Found>(sql`/* cluster.scope */ with recursive ${takenOf(entity, decisions)},
    moved as materialized (
      select connection_id, id from match.touched where entity = ${name} and version > ${since('match')}
      union
      select e.* from ${decisions} d cross join lateral (values (d.l_connection_id, d.l_id), (d.r_connection_id, d.r_id)) e (connection_id, id)
      where d.entity = ${name} and d.version > ${since('review')}),
    reached as (
      select * from (select * from moved union all ${dependantsSql(links, sql`moved`)}) start
      union
      select n.* from reached r cross join lateral (${neighbours(entity, links, decisions)}) n)
    select ${allTaken} as taken, (select whole_version from ${markAt(matched(name))} mark) > ${since('match')} as is_redone,
      (select coalesce(jsonb_agg(to_jsonb(k)), '[]') from (select * from reached limit ${roundLimit + 1}) k) as keys`);
  const { taken, is_redone: isRedone, keys } = found!;
  const hash = hashFor(entity);
  const isWhole = isRedone || taken.review.hash !== hash || keys.length > roundLimit;
  return { marks: taking(name, taken, hash), keys: isWhole ? null : keys };
}

const matched = (subject: string) => ({ stage: 'match', subject, connectionId: everyOrg, source: 'match' }) as const;

/** SQL of what clustering takes in. */
function takenOf({ name }: EntityDefinition, decisions: Sql): Sql {
  return takenSql('cluster', name, {
    match: [everyOrg, sql`(select version from ${markAt(matched(name))} mark)`],
    review: [everyOrg, sql`coalesce((select max(version) from ${decisions}), 0)`],
  });
}

const hashFor = (entity: EntityDefinition): string => hashOf(entity, 'cluster', () => [clusterVersion, entity]);

/** Of the record `r`. */
function neighbours(entity: EntityDefinition, links: Links, decisions: Sql): Sql {
  const { name } = entity;
  const other = { l: 'r', r: 'l' } as const;
  const across = (table: Sql, from: 'l' | 'r', when: Sql) => {
    const of = (side: 'l' | 'r', column: string) => identifier('e', `${side}_${column}`);
    return sql`select ${of(other[from], 'connection_id')}, ${of(other[from], 'id')} from ${table} e
      where e.entity = ${name} and ${of(from, 'connection_id')} = r.connection_id and ${of(from, 'id')} = r.id and ${when}`;
  };
  const sides = ['l', 'r'] as const;
  const parts = [
    ...sides.map((side) => across(sql`match.pair`, side, sql`e.weight > 0`)),
    ...sides.map((side) => across(decisions, side, sql`e.undone_at is null`)),
    sql`select mate.connection_id, mate.id from golden.crosswalk x join golden.crosswalk mate on mate.golden_id = x.golden_id
      where x.entity = ${name} and x.connection_id = r.connection_id and x.id = r.id`,
    ...becameSql(entity, links),
  ];
  return join(parts, ' union all ');
}
