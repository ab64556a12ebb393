/** What has moved since an object was last judged, records, golden records, owners and time, into the records to judge again, or all. */
import sql, { empty, join, raw } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { fewOrMany } from '../../db/steps.ts';
import type { RunMode } from '../../model/run.ts';
import { allTaken, everyOrg, hashOf, type Mark, markAt, since, type Taken, takenSql, taking } from '../marks.ts';
import { withoutMoment } from '../../quality/condition.ts';
import { placesHash } from '../../quality/place.ts';
import { goldenEntity, type Judging, type KnownFacts, ownersTable } from '../../quality/row.ts';

/** Raised whenever the same rows may have other verdicts. */
const judgeVersion = 2;
/** Beyond this many records a look at all is cheaper. */
const mostMoved = 50_000;
const hour = 3_600_000;
/** How far verdicts look ahead, and how much of that must be left: so that a nightly run is the one that looks at all records. */
const aheadHours = 25;
const leftHours = 5;

/** What was said of the object when it was last judged. */
export type Seen = {
  counts: Record<string, number>;
  /** What its rules said of the org. */
  facts: KnownFacts;
  until: string;
  run_id: string;
  at: string;
};
export type ScoreScope = {
  seen: Seen | null;
  /** Of what it is judged by now. */
  marks: Mark[];
  until: Date;
  /**
   * some: by their ids. timed: those, and all by the rules that time alone may answer otherwise. whole: all, of which those that differ
   * change. anew: all, by other rules than before.
   */
  kind: 'none' | 'some' | 'timed' | 'whole' | 'anew';
  /** Of records that moved; null for all. */
  ids: string[] | null;
};

type Found = {
  seen: Seen | null;
  taken: Record<'standardise' | 'survive' | 'users' | 'history' | 'waivers' | 'score', Taken> &
    Record<`of ${string}`, Taken>;
  is_redone: boolean;
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
): Promise<ScoreScope> {
  // Of all that verdicts, and what findings say of their rules, are made by.
  const { object, rules } = judging;
  const hash = hashOf(judging, 'score', () => [
    judgeVersion,
    object,
    rules,
    judging.users?.table,
    judging.zone,
    judging.waivers?.ofSegments ?? [],
    placesHash,
  ]);
  const isAnew = ({ seen, taken }: Found) => seen === null || taken.score.hash !== hash;
  const isAll = (some: Found) => mode === 'full' || isAnew(some);
  const found = await fewOrMany(tx, prepared, mostMoved, (db, most) => readMoved(db, judging, most), isAll);
  const { seen, taken, ids } = found;
  const owners = await ownersHash(prepared, judging, taken.users);
  const at = judging.now.getTime();
  const left = seen ? new Date(seen.until).getTime() - at : 0;
  const isWhole =
    isAll(found) ||
    found.is_more ||
    found.is_redone ||
    owners !== (taken.users.hash ?? '') ||
    taken.history.newest !== taken.history.version ||
    rules.some(asksOthers);
  const { users, score, ...others } = taken;
  const subject = object.name;
  const { connection_id: connectionId } = score;
  // Of an object that nothing was ever found in, too: what is not marked was never judged.
  const version = sql`(select coalesce(max(version), 0) from quality.finding where connection_id = ${connectionId} and object = ${subject})`;
  const made = { subject, source: 'score', connectionId, version, hash };
  const marks = [...taking(subject, others, hash), ...taking(subject, { users }, owners), made];
  const until = new Date(at + aheadHours * hour);
  if (isWhole) return { seen, marks, until, kind: isAnew(found) ? 'anew' : 'whole', ids: null };
  if (left < leftHours * hour || at < new Date(seen!.at).getTime()) return { seen, marks, until, kind: 'timed', ids };
  return { seen, marks, until: new Date(seen!.until), kind: ids.length === 0 ? 'none' : 'some', ids };
}

/** Whether records can get another verdict by what is no part of them. */
function asksOthers(rule: Judging['rules'][number]): boolean {
  if (rule.nightly) return false;
  const text = withoutMoment(rule);
  if (/\b(random|current_\w+|local\w+|now|clock_timestamp)\b/i.test(text)) return true;
  const tables = [...text.matchAll(/\b(\w+)\."?(\w+)/g)].filter(([, schema]) => schemas.has(schema!));
  return /\bselect\b/i.test(text) && (tables.length === 0 || tables.some(([, , table]) => !(table! in rule.asks)));
}

const schemas = new Set(['standard', 'golden', 'mirror', 'quality', 'unified', 'history', 'match', 'review']);

/** Rows of other tables that belong to records, by table and column. */
function belonging({ rules }: Pick<Judging, 'rules'>): [table: string, column: string][] {
  const all = rules.filter(({ nightly }) => !nightly).flatMap(({ asks }) => Object.entries(asks));
  return [...new Map(all.map((one) => [one.join(), one])).values()];
}

/**
 * `seen` and `taken` of the last time, whether all golden records were redone since, `ids` of records that moved or are due, and
 * `is_more`: there are more than `most` of one kind.
 */
async function readMoved(db: Queryable, judging: Omit<Judging, 'until'>, most: number): Promise<Found> {
  const { connectionId, object } = judging;
  const table = identifier('standard', object.table);
  const users = ownersTable(judging);
  const entity = goldenEntity(judging) ?? null;
  const limit = raw(String(most + 1));
  const survived = { stage: 'survive', subject: entity ?? '', connectionId: everyOrg, source: 'survive' } as const;
  const whole = sql`(select whole_version from ${markAt(survived)} mark)`;
  const rows = belonging(judging).map(([name, column]) => ({
    source: `of ${name}`,
    from: identifier('standard', name),
    column,
  }));
  const taken = takenSql('score', object.name, {
    standardise: [connectionId, sql`(select max(_version) from ${table} where connection_id = ${connectionId})`],
    survive: [
      connectionId,
      sql`greatest((select max(version) from golden.touched where entity = ${entity}), ${whole})`,
    ],
    users: [
      connectionId,
      users ? sql`(select max(_version) from ${users} where connection_id = ${connectionId})` : sql`null`,
    ],
    history: [
      connectionId,
      sql`(select (extract(epoch from history_seeded_at) * 1e6)::bigint from mirror.object
        where connection_id = ${connectionId} and object = ${object.name})`,
    ],
    waivers: [
      connectionId,
      sql`(select max(version) from review.waiver where connection_id = ${connectionId} and object = ${object.name})`,
    ],
    score: [connectionId, sql`null`],
    ...Object.fromEntries(
      rows.map(({ source, from }) => [
        source,
        [connectionId, sql`(select max(_version) from ${from} where connection_id = ${connectionId})`] as const,
      ]),
    ),
  });
  const others = rows.map(
    ({ source, from, column }) => sql`union all
      (select ${identifier(column)} from ${from} where connection_id = ${connectionId} and _version > ${since(source)}
        order by _version limit ${limit})`,
  );
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const [found] = await db.query<Found>(sql`/* score.scope */ with ${taken},
    moved as materialized (
      (select id from ${table} where connection_id = ${connectionId} and _version > ${since('standardise')} order by _version limit ${limit})
      union all
      (select record_id from quality.judged where connection_id = ${connectionId} and object = ${object.name} and is_due limit ${limit})
      union all
      (select record_id from review.waiver where connection_id = ${connectionId} and object = ${object.name}
        and version > ${since('waivers')} and record_id is not null limit ${limit})
      union all
      (select x.id from (select golden_id from golden.touched where entity = ${entity} and version > ${since('survive')}
          order by version limit ${limit}) t
        join golden.crosswalk x on x.golden_id = t.golden_id
        where x.entity = ${entity} and x.connection_id = ${connectionId} and x.object = ${object.name} limit ${limit})
      ${others.length === 0 ? empty : join(others, ' ')})
    select (select to_jsonb(s) from (select verdict_counts as counts, facts, until_at as until, run_id, judged_at as at
        from quality.judgement where connection_id = ${connectionId} and object = ${object.name}) s) as seen,
      ${allTaken} as taken, coalesce(${whole} > ${since('survive')}, false) as is_redone,
      array(select distinct id from moved where id is not null) as ids, (select count(*) from moved) > ${raw(String(most))} as is_more`);
  return found!;
}

/** Of who is active: users move by merely logging in. */
async function ownersHash(db: Queryable, judging: Omit<Judging, 'until'>, taken: Taken): Promise<string> {
  const users = ownersTable(judging);
  if (users === undefined || taken.newest === null) return '';
  if (taken.version === taken.newest) return taken.hash ?? '';
  const [row] = await db.query<{ hash: string }>(sql`/* score.owners */
    select coalesce(md5(string_agg(id || ':' || coalesce(is_active::text, ''), ',' order by id)), '') as hash
    from ${users} where connection_id = ${judging.connectionId}`);
  return row!.hash;
}
