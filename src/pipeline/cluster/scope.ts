/** What has moved since an entity was last clustered into the records that must be clustered again, or none, or all. */
import { createHash } from 'node:crypto';
import sql, { join, type Sql } from 'sql-template-tag';
import { named, type Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';
import { everyOrg, type Mark, markAt } from '../marks.ts';
import { becameSql, dependantsSql, type Links } from './told.ts';
import type { RecordKey } from '../../model/record-key.ts';

/** Raised whenever the same pairs may give other clusters. */
const clusterVersion = 2;
/** Beyond this many records reading everything is cheaper than asking for the neighbours of each. */
const roundLimit = 20_000;

export type Scope = {
  /** What is clustered by now. */
  marks: Mark[];
  /** null: every record; none: nothing is to be done. */
  keys: RecordKey[] | null;
};

type Seen = {
  matched: string | null;
  said: string;
  seen_matched: string | null;
  seen_said: string | null;
  seen_hash: string | null;
};

/** Whether nothing at all moved: a question that needs no transaction. */
export async function isSettled(context: Context, entity: EntityDefinition): Promise<boolean> {
  const [now] = await context.db.query<Seen>(named(sql`/* cluster.seen */ ${nowSql(entity.name)}`));
  const { matched, said, seen_matched, seen_said, seen_hash } = now!;
  return matched !== null && seen_matched === matched && seen_said === said && seen_hash === hashOf(entity);
}

/**
 * The records whose clusters may change: what was compared or decided since, and everything connected to it by evidence to link,
 * by what was told, or by sharing a golden id, to the end. So that clustering them alone gives what clustering all would.
 */
export async function scopeOf(tx: Queryable, entity: EntityDefinition, links: Links): Promise<Scope> {
  const { name } = entity;
  type Found = Seen & { is_redone: boolean; keys: RecordKey[] };
  // By index record by record, so that one plan serves however many there are.
  const [found] = await tx.query<Found>(sql`/* cluster.scope */ with recursive now as materialized (${nowSql(name)}),
    moved as materialized (
      select t.connection_id, t.id from now join match.touched t on t.entity = ${name} and t.version > now.seen_matched
      union
      select e.* from now join review.decision d on d.entity = ${name} and d.version > now.seen_said
      cross join lateral (values (d.l_connection_id, d.l_id), (d.r_connection_id, d.r_id)) e (connection_id, id)),
    reached as (
      select * from (select * from moved union all ${dependantsSql(links, sql`moved`)}) start
      union
      select n.* from reached r cross join lateral (${neighbours(entity, links)}) n)
    select now.*, (select coalesce(jsonb_agg(to_jsonb(k)), '[]') from (select * from reached limit ${roundLimit + 1}) k) as keys
    from now`);
  const { matched, said, seen_hash, is_redone: isRedone, keys } = found!;
  const hash = hashOf(entity);
  const isWhole = isRedone || seen_hash !== hash || keys.length > roundLimit;
  const marks = [
    { subject: name, source: 'match', connectionId: everyOrg, version: matched, hash },
    { subject: name, source: 'review', connectionId: everyOrg, version: said, hash },
  ];
  return { marks, keys: isWhole ? null : keys };
}

function hashOf(entity: EntityDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify([clusterVersion, entity]))
    .digest('hex');
}

/** Up to where there is something, and up to where it was taken in. */
function nowSql(entity: string): Sql {
  const mark = (stage: 'match' | 'cluster', source: string) =>
    markAt({ stage, subject: entity, connectionId: everyOrg, source });
  return sql`select made.version as matched, coalesce((select max(version) from review.decision), 0) as said,
      seen.version as seen_matched, heard.version as seen_said, seen.hash as seen_hash,
      coalesce(made.whole_version > seen.version, true) as is_redone
    from (select) one left join ${mark('match', 'match')} made on true left join ${mark('cluster', 'match')} seen on true
    left join ${mark('cluster', 'review')} heard on true`;
}

/** Of the record `r`. */
function neighbours(entity: EntityDefinition, links: Links): Sql {
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
    ...sides.map((side) => across(sql`review.decision`, side, sql`e.undone_at is null`)),
    sql`select mate.connection_id, mate.id from golden.crosswalk x join golden.crosswalk mate on mate.golden_id = x.golden_id
      where x.entity = ${name} and x.connection_id = r.connection_id and x.id = r.id`,
    ...becameSql(entity, links),
  ];
  return join(parts, ' union all ');
}
