/** The checks of a run and of the nights before become measures: an object and its dimensions, by rules that all compared nights have. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { completeStates } from '../../model/run.ts';
import { dimension, type Dimension } from '../../model/rule.ts';
import { versionOf } from '../../quality/rule-version.ts';
import { weigh } from '../../quality/weigh.ts';
import type { Check } from './explain.ts';
import type { Scored } from './judge.ts';

/** One run's verdicts on an object. */
export type Night = { runId: string; at: Date; recordCount: number; checks: Check[] };

/** A run and the complete runs before it, the newest first. */
export type Nights = { object: string; now: Night; past: Night[] };

/** Which rule, in which version and setting: what two nights must share to be compared. */
export const ruleKeyOf = ({
  ruleId,
  ruleVersion,
  ruleRevision,
}: Pick<Check, 'ruleId' | 'ruleVersion' | 'ruleRevision'>) =>
  versionOf({ id: ruleId, version: ruleVersion, revision: ruleRevision });

/**
 * Of each object that the run scored. `count` runs before it, and beyond them the last run of each day, for as many days:
 * an org that syncs every quarter of an hour has a memory of weeks too.
 */
export async function nightsOf(db: Queryable, runId: string, count: number): Promise<Nights[]> {
  type Row = { object: string; runId: string; at: Date; recordCount: number; isNow: boolean; checks: Check[] };
  const rows = await db.query<Row>(sql`/* alert.nights */
    with now as (select * from quality.score where run_id = ${runId} and dimension is null and score is not null),
    earlier as materialized (
      select n.object, p.run_id, p.measured_at, p.record_count,
        row_number() over (partition by n.object order by p.measured_at desc, p.run_id desc) as place,
        row_number() over (partition by n.object, date_trunc('day', p.measured_at, 'UTC')
          order by p.measured_at desc, p.run_id desc) as of_day
      from now n join quality.score p on p.connection_id = n.connection_id and p.object = n.object and p.dimension is null
        and p.score is not null and p.run_id <> n.run_id and p.measured_at <= n.measured_at
        and p.measured_at > n.measured_at - make_interval(days => 400)
      join control.run r on r.id = p.run_id and r.state = any(${[...completeStates]}::text[])
    ),
    night as (
      select object, run_id, measured_at, record_count, true as is_now from now
      union all
      select e.object, e.run_id, e.measured_at, e.record_count, false from earlier e join now n using (object)
      where e.place <= ${count}
        or (e.of_day = 1 and e.measured_at > n.measured_at - make_interval(days => ${count}))
    )
    select n.object, n.run_id as "runId", n.measured_at as at, n.record_count::float8 as "recordCount", n.is_now as "isNow",
      coalesce(c.checks, '[]') as checks
    from night n left join lateral (select jsonb_agg(jsonb_build_object('ruleId', c.rule_id, 'ruleVersion', c.rule_version,
        'ruleRevision', c.rule_revision, 'weight', c.weight, 'dimension', c.dimension, 'applicableCount', c.applicable_count, 'violatedCount', c.violated_count) order by c.rule_id) as checks
      from quality.check_result c where c.run_id = n.run_id and c.object = n.object and c.is_alerting) c on true
    order by n.object, n.is_now desc, n.measured_at desc, n.run_id desc`);
  return [...Map.groupBy(rows, (row) => row.object)].map(([object, [now, ...past]]) => ({ object, now: now!, past }));
}

/** The checks of one object in runs of the past, in the order of the runs given; null where nothing is kept of a run. */
export async function checksOf(db: Queryable, object: string, runIds: readonly string[]): Promise<Check[][]> {
  const checks = await db.query<Check & { runId: string }>(sql`/* alert.checks */
    select run_id as "runId", rule_id as "ruleId", rule_version as "ruleVersion", rule_revision as "ruleRevision", weight, dimension,
      applicable_count::float8 as "applicableCount", violated_count::float8 as "violatedCount"
    from quality.check_result where is_alerting and object = ${object} and run_id = any(${[...runIds]}::text[]) order by rule_id`);
  return runIds.map((runId) => checks.filter((check) => check.runId === runId));
}

export const keysOf = (checks: readonly Check[]): string[] => checks.map(ruleKeyOf).sort();

export function only(checks: readonly Check[], keys: readonly string[]): Check[] {
  return checks.filter((check) => keys.includes(ruleKeyOf(check)));
}

/** Null when nothing was measured. `of` null is the object. */
export function scoreOf(checks: readonly Check[], of: Dimension | null): number | null {
  return weigh(checks).find((score) => score.dimension === of)!.score;
}

/** Nights that can be compared by the same rules, newest first; the further back, the fewer rules. */
export type Era = { keys: string[]; past: Night[] };

/**
 * A rule that was switched on or off, or got another version, draws a line: what lies on both sides is compared by the
 * other rules. So no change of rules is a fall, and none hides one.
 */
export function erasOf(now: Night, past: readonly Night[]): Era[] {
  let keys = keysOf(now.checks);
  let own: Night[] = [];
  const eras: Era[] = [];
  for (const night of past) {
    const has = new Set(night.checks.map(ruleKeyOf));
    const common = keys.filter((key) => has.has(key));
    if (common.length < keys.length) {
      if (own.length > 0) eras.push({ keys, past: own });
      if (common.length === 0) return eras;
      keys = common;
    }
    own = [...own, night];
  }
  return [...eras, { keys, past: own }];
}

/** The run without the rules named. */
export const without = (night: Night, keys: readonly string[]): Night => ({
  ...night,
  checks: night.checks.filter((check) => !keys.includes(ruleKeyOf(check))),
});

/** The measures there are beside single rules: the object's own before its dimensions. */
export const measures: readonly (Dimension | null)[] = [null, ...dimension.options];

/** Of the nights that have it. */
export function seriesOf({ keys, past }: Era, of: Dimension | null): Scored[] {
  return past.flatMap(({ runId, checks }) => {
    const score = scoreOf(only(checks, keys), of);
    return score === null ? [] : [{ runId, score }];
  });
}
