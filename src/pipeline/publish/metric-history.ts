/** Values that are another than before go to history with the days they were reported on; what is old keeps the end of each week, then of each month. */
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { bridgeDimensions } from '../../metrics/bridge.ts';
import { type MetricStep, storedTable } from '../../metrics/plan.ts';
import type { HistorySettings } from '../../model/definitions.ts';

/** The day values are reported on: where a clock went back, or an org to a zone where it is still yesterday, the last one that anything was. */
export const reportedOn = raw(`current_setting('assay.reported_on')::date`);

const place = ['step', 'dimension', 'connection_id', 'key', 'period_kind', 'period', 'basis'];
const list = (of: string) => raw(place.map((name) => `${of}.${name}`).join(', '));
const same = (one: string, other: string) =>
  join(
    place.map((name) => raw(`${one}.${name} = ${other}.${name}`)),
    ' and ',
  );
const dimensions = raw(bridgeDimensions.map((name) => escapeLiteral(name)).join(', '));
const row = raw(`step, layout, ${place.slice(1).join(', ')}, period_start, from_on, to_on, measures, counts`);

/**
 * SQL that keeps rows of stored values which are about to change, as a change of a statement.
 * @param from CTE of such rows, as they were, with the layout of their arrays
 */
export const keptSql = (from: string): Sql => sql`insert into history.metric_version (${row})
  select b.step, b.layout, ${raw(
    place
      .slice(1)
      .map((name) => `b.${name}`)
      .join(', '),
  )}, b.period_start, b.since, ${reportedOn}, b.measures, b.counts
  from ${raw(from)} b where b.since < ${reportedOn} and b.dimension in (${dimensions}) returning 1`;

/** SQL of the layout that the arrays of a step have now. */
export const layoutOf = (step: string) =>
  raw(`(select max(l.layout) from history.metric_slot l where l.step = ${step})`);

/**
 * Notes what the arrays of each step hold. Where they hold something else from now on, or the step is no more, what they held goes to
 * history, and is measured anew.
 * @returns rows that went
 */
export async function keepLayouts(tx: Transaction, steps: readonly MetricStep[]): Promise<number> {
  await tx.query(sql`/* history.since */ update ${raw(storedTable)} set since = ${reportedOn} where since is null`);
  const shall = JSON.stringify(steps.map(({ name, names }) => ({ step: name, metrics: names })));
  const [done] = await tx.query<{ gone: number }>(sql`/* history.layouts */
    with shall as (select * from jsonb_to_recordset(${shall}::jsonb) s (step text, metrics text[])),
    known as (
      select step, layout, array_agg(metric order by slot) as metrics from history.metric_slot s
      where layout = ${layoutOf('s.step')} group by step, layout
    ),
    other as materialized (
      select step, k.layout, s.metrics from shall s full join known k using (step) where s.metrics is distinct from k.metrics
    ),
    gone as (
      delete from ${raw(storedTable)} t using other o where t.step = o.step and o.layout is not null returning t.*, o.layout
    ),
    kept as (${keptSql('gone')}),
    added as (
      insert into history.metric_slot (step, layout, slot, metric)
      select o.step, coalesce(o.layout, 0) + 1, m.slot, m.metric
      from other o cross join lateral unnest(o.metrics) with ordinality m (metric, slot)
    )
    select count(*)::int as gone from gone`);
  return done!.gone;
}

/** Of one day the last publication counts: what says again what it said before this day was never anything else. */
export async function reopenVersions(tx: Transaction): Promise<void> {
  await tx.query(sql`/* history.reopen */
    with back as (
      delete from history.metric_version h using ${raw(storedTable)} t
      where h.to_on = ${reportedOn} and t.since = ${reportedOn} and ${same('h', 't')} and h.layout = ${layoutOf('h.step')}
        and h.measures = t.measures and h.counts = t.counts
      returning ${list('h')}, h.from_on
    )
    update ${raw(storedTable)} t set since = b.from_on from back b where ${same('t', 'b')}`);
}

/**
 * Once a day: what was reported within one week or month only, long ago, goes.
 * @param isWhole all of it is looked at, as once a month; else what has become old in the last two months
 */
export async function thinHistory(tx: Transaction, settings: HistorySettings, isWhole = true): Promise<void> {
  await thin(tx, 'week', settings.dailyDays, isWhole);
  await thin(tx, 'month', settings.weeklyDays, isWhole);
}

/** What was reported before lasts until the next that is kept. */
async function thin(tx: Transaction, unit: 'week' | 'month', days: number, isWhole: boolean): Promise<void> {
  // The last day of a month is kept in either case.
  const since = isWhole ? sql`` : sql`h.to_on > ${reportedOn} - ${days}::int - 62 and`;
  const isShort = sql`(${since} h.to_on <= ${reportedOn} - ${days}::int and date_trunc('month', h.from_on) = date_trunc('month', h.to_on)
    and date_trunc(${unit}, h.from_on) = date_trunc(${unit}, h.to_on))`;
  await tx.query(sql`/* history.thin */
    with short as materialized (select distinct ${list('h')} from history.metric_version h where ${isShort}),
    lined as (
      select h.*, h.ctid as at, ${isShort} as is_short,
        lag(h.to_on) over (partition by ${list('h')} order by h.from_on) is distinct from h.from_on as is_first
      from history.metric_version h join short s on ${same('h', 's')}
    ),
    -- Each that stays, with those after it that do not.
    grouped as (
      select l.*, sum((not is_short or is_first)::int) over (partition by ${list('l')} order by l.from_on) as number from lined l
    ),
    ending as (
      select g.at, g.is_short, g.to_on, max(g.to_on) over (partition by ${list('g')}, g.number) as end_on from grouped g
    ),
    gone as (delete from history.metric_version h using ending e where h.ctid = e.at and e.is_short)
    update history.metric_version h set to_on = e.end_on from ending e where h.ctid = e.at and not e.is_short and e.end_on > e.to_on`);
}
