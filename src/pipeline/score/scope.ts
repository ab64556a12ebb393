/** What has moved since an object was last judged, records, golden records, owners and time, into the records to judge again, or all. */
import { createHash } from 'node:crypto';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { few, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { RunMode } from '../../model/run.ts';
import { everyOrg, type Mark, markAt, type Taken, takenSql, taking, versionAt } from '../marks.ts';
import { goldenEntity, type Judging, ownersTable } from '../../quality/row.ts';

/** Raised whenever the same rows may have other verdicts. */
const judgeVersion = 1;
/** Beyond this many records a look at all is cheaper. */
const mostMoved = 50_000;
const hour = 3_600_000;
/** How far verdicts look ahead, and how much of that must be left: so that a nightly run is the one that looks at all records. */
const aheadHours = 25;
const leftHours = 5;

/** What was said of the object when it was last judged. */
export type Seen = { counts: Record<string, number>; until: string; run_id: string; at: string };
export type Scope = {
  seen: Seen | null;
  /** Of what it is judged by now. */
  marks: Mark[];
  until: Date;
  /** few, many: by their ids. whole: all, of which those that differ change. anew: all, by other rules than before. */
  kind: 'none' | 'few' | 'many' | 'whole' | 'anew';
  /** null for all. */
  ids: string[] | null;
};

type Found = {
  seen: Seen | null;
  taken: Record<'standardise' | 'survive' | 'users' | 'history' | 'score', Taken>;
  is_redone: boolean | null;
  ids: string[];
  is_more: boolean;
};

/**
 * The marks are taken before any row is read: what moves meanwhile is judged again, never missed.
 * @param prepared the same transaction, its statements planned once
 */
export async function scopeOf(
  tx: Transaction,
  prepared: Queryable,
  judging: Omit<Judging, 'until'>,
  mode: RunMode,
): Promise<Scope> {
  const [found] = await prepared.query<Found>(sql`/* score.scope */ ${movedSql(judging, few)}`);
  const { seen, taken } = found!;
  const hash = hashOf(judging);
  const owners = await ownersHash(prepared, judging, taken.users);
  const at = judging.now.getTime();
  const isAnew = seen === null || taken.score.hash !== hash;
  const left = seen ? new Date(seen.until).getTime() - at : 0;
  const isWhole =
    mode === 'full' ||
    left < leftHours * hour ||
    at < new Date(seen!.at).getTime() ||
    found!.is_redone === true ||
    owners !== (taken.users.hash ?? '') ||
    taken.history.newest !== taken.history.version ||
    judging.rules.some(asksOthers);
  const marks = taking(judging.object.name, taken, hash).map((mark) => {
    if (mark.source === 'users') return { ...mark, hash: owners };
    return mark.source === 'score' ? { ...mark, version: newestFinding(judging) } : mark;
  });
  const scope = { seen, marks };
  const afresh = { ...scope, until: new Date(at + aheadHours * hour), ids: null };
  if (isAnew || isWhole) return { ...afresh, kind: isAnew ? 'anew' : 'whole' };
  const until = new Date(seen.until);
  if (!found!.is_more) return { ...scope, until, kind: found!.ids.length === 0 ? 'none' : 'few', ids: found!.ids };
  const [all] = await tx.query<Found>(sql`/* score.scope */ ${movedSql(judging, mostMoved)}`);
  return all!.is_more ? { ...afresh, kind: 'whole' } : { ...scope, until, kind: 'many', ids: all!.ids };
}

/** Up to where there are findings to publish. */
function newestFinding({ connectionId, object }: Omit<Judging, 'until'>): Sql {
  return sql`(select max(version) from quality.finding where connection_id = ${connectionId} and object = ${object.name})`;
}

/** Whether records can get another verdict by what is no part of them. */
function asksOthers({ applies, violated }: Judging['rules'][number]): boolean {
  return /\b(select|random|current_\w+|local\w+|now|clock_timestamp)\b/i.test(
    `${applies} ${violated}`.replaceAll(/(?<!:):now\b/g, ''),
  );
}

/**
 * `seen` and `taken` of the last time, whether all golden records were redone since, `ids` of records that moved or are due, and
 * `is_more`: there are more than `most` of one kind.
 */
function movedSql(judging: Omit<Judging, 'until'>, most: number): Sql {
  const { connectionId, object } = judging;
  const table = identifier('standard', object.table);
  const users = ownersTable(judging);
  const entity = goldenEntity(judging);
  const limit = raw(String(most + 1));
  const survived = { stage: 'survive', subject: entity ?? '', connectionId: everyOrg, source: 'survive' } as const;
  const whole = sql`(select whole_version from ${markAt(survived)} mark)`;
  const newest = {
    standardise: sql`(select max(_version) from ${table} where connection_id = ${connectionId})`,
    survive: sql`greatest((select max(version) from golden.touched where entity = ${entity ?? null}), ${whole})`,
    users: users ? sql`(select max(_version) from ${users} where connection_id = ${connectionId})` : sql`null`,
    history: sql`(select (extract(epoch from history_seeded_at) * 1e6)::bigint from mirror.object
      where connection_id = ${connectionId} and object = ${object.name})`,
    score: sql`null`,
  };
  const sources = Object.fromEntries(
    Object.entries(newest).map(([source, of]) => [source, { connectionId, newest: of }]),
  );
  const since = (source: keyof typeof newest) =>
    versionAt({ stage: 'score', subject: object.name, connectionId, source });
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const regrouped =
    entity === undefined
      ? empty
      : sql`union all (select x.id from (select golden_id from golden.touched where entity = ${entity}
          and version > ${since('survive')} order by version limit ${limit}) t
        join golden.crosswalk x on x.golden_id = t.golden_id
        where x.entity = ${entity} and x.connection_id = ${connectionId} and x.object = ${object.name} limit ${limit})`;
  return sql`with moved as materialized (
      (select id from ${table} where connection_id = ${connectionId} and _version > ${since('standardise')} order by _version limit ${limit})
      union all
      (select record_id from quality.judged where connection_id = ${connectionId} and object = ${object.name} and is_due limit ${limit})
      ${regrouped})
    select (select to_jsonb(s) from (select verdict_counts as counts, until_at as until, run_id, judged_at as at
        from quality.judgement where connection_id = ${connectionId} and object = ${object.name}) s) as seen,
      ${takenSql('score', object.name, sources)} as taken, ${whole} > ${since('survive')} as is_redone,
      array(select distinct id from moved) as ids, (select count(*) from moved) > ${raw(String(most))} as is_more`;
}

/** Of who is active: users move by merely logging in. */
async function ownersHash(db: Queryable, judging: Omit<Judging, 'until'>, taken: Taken): Promise<string> {
  const users = ownersTable(judging);
  if (users === undefined) return '';
  if (taken.version !== null && taken.version === taken.newest) return taken.hash ?? '';
  const [row] = await db.query<{ hash: string }>(sql`/* score.owners */
    select coalesce(md5(string_agg(id || ':' || coalesce(is_active::text, ''), ',' order by id)), '') as hash
    from ${users} where connection_id = ${judging.connectionId}`);
  return row!.hash;
}

/** Of all that verdicts, and what findings say of their rules, are made by. */
function hashOf({ object, rules, users }: Omit<Judging, 'until'>): string {
  return createHash('sha256')
    .update(JSON.stringify([judgeVersion, object, rules, users?.table]))
    .digest('hex');
}
