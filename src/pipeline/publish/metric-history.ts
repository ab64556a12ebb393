/** Values as published become what was reported on each day; what is old keeps the end of each week, then of each month. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { bridgeDimensions } from '../../metrics/bridge.ts';
import { coordinates } from '../../metrics/count.ts';
import { valueTable } from '../../metrics/plan.ts';
import type { HistorySettings } from '../../model/definitions.ts';

const place = ['metric', ...coordinates.filter((name) => name !== 'period_start')];
const names = ['metric', ...coordinates];
const list = (columns: readonly string[], of: string) => raw(columns.map((name) => `${of}.${name}`).join(', '));
const same = (one: string, other: string) =>
  join(
    place.map((name) => raw(`${one}.${name} = ${other}.${name}`)),
    ' and ',
  );

/**
 * Keeps what changed since the last publication, by day: of one day the last counts. Days before stay as they were reported.
 * @param metrics those whose values may be others now; null for all
 * @returns values that are another than before
 */
export async function keepMetricHistory(
  tx: Transaction,
  settings: HistorySettings,
  metrics: ReadonlySet<string> | null,
): Promise<number> {
  if (metrics?.size === 0) return 0;
  const isAsked = (of: string) =>
    metrics === null ? sql`true` : sql`${raw(of)}.metric = any (${[...metrics]}::text[])`;
  const day = sql`current_setting('assay.as_of')::date`;
  const [later] = await tx.query<{ is: boolean }>(sql`/* history.later */ select exists (
    select from history.metric_value where to_on is null and from_on > ${day}) as is`);
  // A clock that went back: days that were reported stay as they are.
  if (later!.is) return 0;
  // What this very day said before is said no more.
  await tx.query(sql`/* history.same_day */ delete from history.metric_value h
    where h.from_on = ${day} and h.to_on is null and ${isAsked('h')}`);
  await tx.query(sql`/* history.reopen */ update history.metric_value h set to_on = null
    where h.to_on = ${day} and ${isAsked('h')}`);
  const [row] = await tx.query<{ changed: number }>(sql`/* history.keep */
    with said as materialized (
      select ${list(names, 'm')}, m.value, m.n from ${raw(valueTable)} m where m.dimension = any (${bridgeDimensions}::text[])
        and ${isAsked('m')}
    ),
    known as materialized (select * from history.metric_value h where h.to_on is null and ${isAsked('h')}),
    -- A row that is gone says nothing any more.
    other as (
      select ${list(names, 's')}, s.value, s.n from said s left join known k on ${same('s', 'k')}
      where k.metric is null or s.value is distinct from k.value or s.n <> k.n
      union all
      select ${list(names, 'k')}, null, 0 from known k left join said s on ${same('s', 'k')}
      where s.metric is null and (k.value is not null or k.n > 0)
    ),
    ended as (
      update history.metric_value h set to_on = ${day} from other o where ${same('h', 'o')} and h.to_on is null returning 1
    ),
    added as (
      insert into history.metric_value (${raw(names.join(', '))}, from_on, value, n)
      select ${list(names, 'o')}, ${day}, o.value, o.n from other o returning 1
    )
    select (select count(*) from added)::int as changed, (select count(*) from ended)::int as ended`);
  await thin(tx, 'week', sql`${day} - ${settings.dailyDays}::int`);
  await thin(tx, 'month', sql`${day} - ${settings.weeklyDays}::int`);
  return row!.changed;
}

/** Drops what was said within one week or month only, long ago; what was said before it lasts until the next that is kept. */
async function thin(tx: Transaction, unit: 'week' | 'month', before: Sql): Promise<void> {
  // The last day of a month is kept in either case.
  const isShort = sql`(h.to_on is not null and h.to_on <= ${before} and date_trunc('month', h.from_on) = date_trunc('month', h.to_on)
    and date_trunc(${unit}, h.from_on) = date_trunc(${unit}, h.to_on))`;
  await tx.query(sql`/* history.thin */
    with gone as (delete from history.metric_value h where ${isShort} returning ${list(place, 'h')}),
    touched as (select distinct * from gone),
    next as (
      -- A statement does not see what it deletes itself.
      select h.ctid as at, lead(h.from_on) over (partition by ${list(place, 'h')} order by h.from_on) as next_on, h.to_on
      from history.metric_value h join touched t on ${same('h', 't')}
      where not ${isShort}
    )
    update history.metric_value h set to_on = n.next_on
    from next n where h.ctid = n.at and n.next_on is distinct from n.to_on and n.to_on is not null`);
}
