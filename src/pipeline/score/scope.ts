/** What has moved since an object was last judged, records, golden records, owners and time, into the records to judge again, or all. */
import { createHash } from 'node:crypto';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { few, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { RunMode } from '../../model/run.ts';
import { goldenEntity, type Judging, ownersTable } from '../../quality/row.ts';

/** Raised whenever the same rows may have other verdicts. */
const judgeVersion = 1;
/** Beyond this many records a look at all is cheaper. */
const mostMoved = 50_000;
const hour = 3_600_000;
/** How far verdicts look ahead, and how much of that must be left: so that a nightly run is the one that looks at all records. */
const aheadHours = 25;
const leftHours = 5;

/** Versions up to which there is something; `owners` is the hash of who is active, as users move by merely logging in. */
type Marks = { records: string; golden: string; whole: string; users: string; owners: string; history: string | null };
export type Seen = {
  hash: string;
  marks: Marks;
  counts: Record<string, number>;
  until: string;
  run_id: string;
  at: string;
};
export type Scope = {
  hash: string;
  marks: Marks;
  seen: Seen | null;
  until: Date;
  /** few, many: by their ids. whole: all, of which those that differ change. anew: all, by other rules than before. */
  kind: 'none' | 'few' | 'many' | 'whole' | 'anew';
  ids: string[];
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
  const hash = hashOf(judging);
  const [found] = await prepared.query<{ seen: Seen | null; now: Marks; ids: string[]; is_more: boolean }>(
    sql`/* score.scope */ ${movedSql(judging, few)}`,
  );
  const { seen } = found!;
  const marks = { ...found!.now, owners: await ownersHash(prepared, judging, found!.now, seen) };
  const at = judging.now.getTime();
  const isAnew = seen?.hash !== hash;
  const left = seen ? new Date(seen.until).getTime() - at : 0;
  const isWhole =
    mode === 'full' ||
    left < leftHours * hour ||
    at < new Date(seen!.at).getTime() ||
    marks.whole !== seen!.marks.whole ||
    marks.owners !== seen!.marks.owners ||
    marks.history !== seen!.marks.history ||
    judging.rules.some(asksOthers);
  const scope = { hash, marks, seen };
  if (isAnew || isWhole)
    return { ...scope, until: new Date(at + aheadHours * hour), kind: isAnew ? 'anew' : 'whole', ids: [] };
  const until = new Date(seen.until);
  if (!found!.is_more) return { ...scope, until, kind: found!.ids.length === 0 ? 'none' : 'few', ids: found!.ids };
  const [all] = await tx.query<{ ids: string[]; is_more: boolean }>(
    sql`/* score.scope */ ${movedSql(judging, mostMoved)}`,
  );
  if (all!.is_more) return { ...scope, until: new Date(at + aheadHours * hour), kind: 'whole', ids: [] };
  return { ...scope, until, kind: 'many', ids: all!.ids };
}

/** Whether records can get another verdict by what is no part of them. */
function asksOthers({ applies, violated }: Judging['rules'][number]): boolean {
  return /\b(select|random|current_\w+|local\w+|now|clock_timestamp)\b/i.test(
    `${applies} ${violated}`.replaceAll(/(?<!:):now\b/g, ''),
  );
}

/** `seen`, `now`, `ids` of records that moved or are due, and `is_more`: there are more than `most` of one kind. */
function movedSql(judging: Omit<Judging, 'until'>, most: number): Sql {
  const { connectionId, object } = judging;
  const table = identifier('standard', object.table);
  const users = ownersTable(judging);
  const entity = goldenEntity(judging);
  const limit = raw(String(most + 1));
  const since = (mark: keyof Marks) => sql`(select (marks->>${raw(`'${mark}'`)})::bigint from seen)`;
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const regrouped =
    entity === undefined
      ? empty
      : sql`union all (select x.id from (select golden_id from golden.touched where entity = ${entity}
          and version > ${since('golden')} order by version limit ${limit}) t
        join golden.crosswalk x on x.golden_id = t.golden_id
        where x.entity = ${entity} and x.connection_id = ${connectionId} and x.object = ${object.name} limit ${limit})`;
  return sql`with seen as materialized (select rules_hash as hash, marks, verdict_counts as counts, until_at as until, run_id, judged_at as at
      from quality.judgement where connection_id = ${connectionId} and object = ${object.name}),
    moved as materialized (
      (select id from ${table} where connection_id = ${connectionId} and _version > ${since('records')} order by _version limit ${limit})
      union all
      (select record_id from quality.judged where connection_id = ${connectionId} and object = ${object.name} and is_due limit ${limit})
      ${regrouped})
    select (select to_jsonb(seen) from seen) as seen, array(select distinct id from moved) as ids,
      (select count(*) from moved) > ${raw(String(most))} as is_more,
      jsonb_build_object(
        'records', (select coalesce(max(_version), -1)::text from ${table} where connection_id = ${connectionId}),
        'golden', ${entity === undefined ? sql`'-1'::text` : sql`(select coalesce(max(version), -1)::text from golden.touched where entity = ${entity})`},
        'whole', ${entity === undefined ? sql`'-1'::text` : sql`coalesce((select whole_version from golden.survival where entity = ${entity}), -1)::text`},
        'users', ${users === undefined ? sql`'-1'::text` : sql`(select coalesce(max(_version), -1)::text from ${users} where connection_id = ${connectionId})`},
        'history', (select history_seeded_at from mirror.object where connection_id = ${connectionId} and object = ${object.name})) as now`;
}

async function ownersHash(
  db: Queryable,
  judging: Omit<Judging, 'until'>,
  now: Marks,
  seen: Seen | null,
): Promise<string> {
  const users = ownersTable(judging);
  if (users === undefined) return '';
  if (seen && seen.marks.users === now.users) return seen.marks.owners;
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
