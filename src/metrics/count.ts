/** Metrics of one fact and one day become one select: the rows are read once, put into cells, and the cells added up to periods, a row for each place. */
import type { Measure, MetricDefinition } from '../model/metric.ts';
import { asOf, bucketPeriodSql, calendarSql, everyBucket, undatedBucket } from './calendar.ts';
import { columnsIn, type Fact, type FactDimension, type Fix, fixes } from './fact.ts';
import { type Counted, isHeavy, isStock, isSummed, lineOf, Measures, measuresOf } from './measure.ts';
import { inTeams, literals, rollSql, team } from './roll.ts';

/** A basis by name: raw, clean, or raw with some fixes only. */
export type Basis = { name: string; fixes: readonly Fix[] };

/** Where a value stands; \`period_start\` follows from the period. */
export const coordinates = ['basis', 'period_kind', 'period', 'period_start', 'connection_id', 'dimension', 'key'];

/** Rows of the fact on each basis, with these of its columns. */
export function rowsOf(
  fact: Fact,
  bases: readonly Basis[],
  columns: readonly string[],
  { join = '', from = `unified.${fact.from}` } = {},
): string {
  const values = bases.map(({ name, fixes: on }) => `('${name}', ${fixes.map((fix) => on.includes(fix)).join(', ')})`);
  const selected = columns.map((name) => (name in fact.columns ? `${fact.columns[name]} as ${name}` : name));
  return `select b.basis, ${selected.join(', ')}
    from ${from} f
    cross join (values ${values.join(', ')}) b (basis, ${fixes.join(', ')})
    ${fact.joins ?? ''} ${join}
    where ${fact.where ?? 'true'}`;
}

/** Texts of SQL in which a metric speaks of columns. */
export function textsOf(metric: Counted, { amount = '', currency }: Fact): string[] {
  const texts = measuresOf(metric).flatMap(({ of, where }) => [of ?? '', where]);
  const isMoney = measuresOf(metric).some(({ money }) => money);
  return isMoney ? [...texts, amount, currency ?? ''] : texts;
}

/** Where the keys of a dimension come from, and the org they are of. */
type Cut = { dimension: string; columns: string[]; key: string; connection: string; isAllOnly: boolean };

const connectionColumn = (dimension: string) => `connection_of_${dimension}`;

function cutsOf(fact: Fact, dimensions: readonly string[]): Cut[] {
  const org = 'connection_id' in fact.columns;
  const cuts: Cut[] = [{ dimension: 'all', columns: [], key: `'all'`, connection: `'*'`, isAllOnly: false }];
  if (org) {
    const connection = 'connection_id';
    cuts.push({ dimension: 'org', columns: [connection], key: connection, connection, isAllOnly: false });
  }
  for (const name of dimensions) {
    const { column, keys, isAllOnly = false } = dimensionOf(fact, name);
    const own = keys === 'of all' ? null : keys === 'of the org' ? 'connection_id' : connectionColumn(name);
    cuts.push({
      dimension: name,
      columns: own === null ? [column] : [own, column],
      key: `coalesce(${column}::text, 'none')`,
      connection: own ?? `'*'`,
      isAllOnly,
    });
  }
  return cuts;
}

function dimensionOf(fact: Fact, name: string): FactDimension {
  const found = fact.dimensions[name];
  if (!found) throw new Error(`${fact.name} has no dimension ${name}`);
  return found;
}

/**
 * Rows of a fact added up by bucket, currency and key on each basis. Cells of some rows can be taken from cells of all: what is kept
 * of them changes with the rows that changed.
 */
export type Cells = {
  /** Of each measure whether it has a sum. */
  summed: boolean[];
  /** How many measures have a list of values. */
  listCount: number;
  /** A select of `cellColumns`. @param from SQL of some rows of the fact; without it all of them */
  select(from?: string): string;
  /**
   * A select of the coordinates, measures and counts: of each metric, in their order, value and n; null where it is not cut so.
   * @param cells SQL of a table of `cellColumns`
   * @param keys SQL of a table of dimension, connection_id, key, period_kind and period: only these places are added up; null: all
   */
  roll(cells: string, keys: string | null): string;
  /** A select of dimension, connection_id, key, period_kind, period and period_start: the places that cells count in. */
  places(cells: string): string;
  /** What is in them changes with the day alone. */
  isDated: boolean;
  /** Which month is the last of a period, that alone counts, changes with the day. */
  isRolledByDay: boolean;
  /** A select of `at`, the ctid of rows of the fact's table that add something else on one day than on another. @param one,other SQL of dates */
  otherOn(one: string, other: string): string;
};

/** Where a cell is: buckets of days, see calendar.ts. */
export const cellKey = ['dimension', 'connection_id', 'key', 'bucket', 'basis', 'currency'];
/** `lists`: the values of each measure that sums do not give, as the text of an array. */
export const cellColumns = [...cellKey, 'row_count', 'known', 'counts', 'known_counts', 'sums', 'lists'];

/** @param metrics of this fact and this day */
export function cellsOf(
  fact: Fact,
  time: string | null,
  metrics: readonly (MetricDefinition & Counted)[],
  bases: readonly Basis[],
): Cells {
  const measures = new Measures();
  const lines = metrics.map((metric) => lineOf(metric, measures));
  const named = [...new Set(metrics.flatMap(({ dimensions }) => dimensions))];
  const hasTeams = named.includes(team);
  const cuts = cutsOf(
    fact,
    [...named, ...(hasTeams && !named.includes('owner') ? ['owner'] : [])].filter((name) => name !== team),
  );
  const lists = measures.all.flatMap((measure, at) => (isHeavy(measure) ? [{ measure, at }] : []));
  const hasStock = measures.all.some(isStock);
  const dimensions = ['all', 'org', ...named];
  const select = (from?: string) => cellsSql(fact, time, metrics, measures.all, cuts, bases, from);
  return {
    summed: measures.all.map(isSummed),
    listCount: lists.length,
    select,
    roll: (cells, keys) => rollSql(lines, measures.all, dimensions, cells, keys),
    places: (cells) => `with source as materialized (select * from ${cells} c),
${bucketPeriodSql('source', hasStock)}
select distinct d.dimension, d.connection_id, d.key, p.period_kind, p.period, p.period_start
from (
  select dimension, connection_id, key, bucket from source
  ${hasTeams ? `union all select 'team', t.connection_id, t.team_id, c.bucket from source c ${inTeams}` : ''}
) d
join bucket_period p on p.bucket = d.bucket
where d.dimension in (${literals(dimensions)})`,
    isDated: select().includes(asOf),
    isRolledByDay: hasStock,
    otherOn: (one, other) => otherOnSql(fact, measures.all, bases, one, other),
  };
}

/** Of rows that count at all: which these are never depends on the day. */
function otherOnSql(
  fact: Fact,
  measures: readonly Measure[],
  bases: readonly Basis[],
  one: string,
  other: string,
): string {
  const counted = measures.map(({ of, where }) => `case when ${where} then coalesce((${of ?? '1'})::text, '') end`);
  const isDated = (text: string) =>
    text.includes(asOf) || columnsIn(fact, [text]).some((name) => fact.columns[name]!.includes(asOf));
  const dated = counted.filter(isDated);
  const used = columnsIn(fact, dated).map((name) => `${fact.columns[name]} as ${name}`);
  const on = (day: string) =>
    `(select array[${dated.join(', ')}] from (select ${['1', ...used].join(', ')}) c)`.replaceAll(asOf, day);
  return `select distinct f.ctid as at from unified.${fact.from} f
    cross join (values ${bases.map(({ name, fixes: done }) => `('${name}', ${fixes.map((fix) => done.includes(fix)).join(', ')})`).join(', ')}) b (basis, ${fixes.join(', ')})
    ${fact.joins ?? ''} where (${fact.where ?? 'true'}) and ${on(one)} is distinct from ${on(other)}`;
}

/** The rows themselves added up: a select of the coordinates, measures and counts. */
export function countSql(
  fact: Fact,
  time: string | null,
  metrics: readonly (MetricDefinition & Counted)[],
  bases: readonly Basis[],
): string {
  const cells = cellsOf(fact, time, metrics, bases);
  return cells.roll(`(${cells.select()})`, null);
}

function cellsSql(
  fact: Fact,
  time: string | null,
  metrics: readonly (MetricDefinition & Counted)[],
  measures: readonly Measure[],
  cuts: readonly Cut[],
  bases: readonly Basis[],
  from = `unified.${fact.from}`,
): string {
  const days = `select distinct ${fact.columns[time ?? '']} as day from ${from} f ${fact.joins ?? ''}`;
  const each = (of: (measure: Measure, i: number) => string) => measures.map(of).join(', ');
  const known = each(({ aggregate }, i) => (aggregate === 'count' ? 'null' : `c.k_${i}`));
  const sums = each((measure, i) => (isSummed(measure) ? `c.s_${i}` : 'null'));
  const lists = measures.flatMap((measure, i) => (isHeavy(measure) ? [`c.each_${i}::text`] : []));
  // Days go by number: grouped by their names rows take five times as long.
  return `with ${time === null ? '' : `${calendarSql(days)},`}
fact_row as (${rowSql(fact, time, metrics, cuts, bases, from)}),
cell as (${cellSql(fact, time, measures, cuts)})
select c.dimension, c.connection_id, c.key,
  ${time === null ? `'${everyBucket}'` : `case c.bucket when ${everyNumber} then '${everyBucket}' when ${undatedNumber} then '${undatedBucket}' else n.name end`} as bucket,
  c.basis, c.currency, c.row_count, c.known::bigint as known, array[${each((_, i) => `c.n_${i}`)}]::bigint[] as counts,
  array[${known}]::bigint[] as known_counts, array[${sums}]::numeric[] as sums, array[${lists.join(', ')}]::text[] as lists
from cell c${time === null ? '' : ' left join (select distinct bucket, name from calendar) n on n.bucket = c.bucket'}`;
}

/** Buckets by number. */
const [undatedNumber, everyNumber] = [-1, -2];

function rowSql(
  fact: Fact,
  time: string | null,
  metrics: readonly Counted[],
  cuts: readonly Cut[],
  bases: readonly Basis[],
  from: string,
): string {
  const texts = [...metrics.flatMap((metric) => textsOf(metric, fact)), ...cuts.flatMap(({ columns }) => columns)];
  const used = columnsIn(fact, texts);
  const owned = ownedBy(cuts, fact);
  if (time === null) return rowsOf(fact, bases, [...used, ...owned], { from });
  return rowsOf(fact, bases, [...used, ...owned, `coalesce(day.bucket, ${undatedNumber}) as bucket`], {
    from,
    join: `left join calendar day on day.day = ${fact.columns[time]}`,
  });
}

/** Columns of the org that keys of a dimension are of, where a fix decides. */
function ownedBy(cuts: readonly Cut[], fact: Fact): string[] {
  return cuts.flatMap(({ dimension }) => {
    const keys = fact.dimensions[dimension]?.keys;
    return typeof keys === 'object' ? [`${keys.connection} as ${connectionColumn(dimension)}`] : [];
  });
}

function cellSql(fact: Fact, time: string | null, measures: readonly Measure[], cuts: readonly Cut[]): string {
  const isMoney = measures.some(({ money }) => money);
  const bucket = time === null ? everyNumber : `case when grouping(bucket) = 1 then ${everyNumber} else bucket end`;
  const sets = cuts.map(
    ({ columns, isAllOnly }) => `(${[...(isAllOnly || time === null ? [] : ['bucket']), ...columns].join(', ')})`,
  );
  // A cut has its own last column: the sets of others leave it out.
  const pick = (of: (cut: Cut) => string) => {
    const [whole, ...others] = cuts as [Cut, ...Cut[]];
    const whens = others.toReversed().map((cut) => `when grouping(${cut.columns.at(-1)!}) = 0 then ${of(cut)}`);
    return whens.length === 0 ? of(whole) : `case ${whens.join(' ')} else ${of(whole)} end`;
  };
  return `select basis, ${isMoney ? fact.currency! : `'none'`} as currency, ${bucket} as bucket,
    ${pick(({ dimension }) => `'${dimension}'`)} as dimension, ${pick(({ key }) => key)} as key, ${pick(({ connection }) => connection)} as connection_id,
    count(*) as row_count, ${isMoney ? `count(${fact.amount!})` : '0'} as known${measures.map(cellMeasure).join('')}
  from fact_row
  group by basis, ${isMoney ? `${fact.currency!}, ` : ''}grouping sets (${sets.join(', ')})`;
}

function cellMeasure({ aggregate, of, where }: Measure, i: number): string {
  const filter = where === 'true' ? '' : ` filter (where ${where})`;
  const counts = `, count(${aggregate === 'count' && of ? of : '*'})${filter} as n_${i}`;
  if (aggregate === 'count') return counts;
  const listed = (value: string) =>
    `, array_agg(${value} order by (${value})::text collate "C") filter (where (${where}) and (${of}) is not null) as each_${i}`;
  // Of a distinct count: of how many rows at all the value is known.
  if (aggregate === 'distinct') return `${counts}, count(${of}) as k_${i}${listed(`(${of})::text`)}`;
  if (isHeavy({ aggregate })) return `${counts}, count(${of})${filter} as k_${i}${listed(`(${of})::float8`)}`;
  const sums = aggregate === 'sum' || aggregate === 'average' ? `, sum((${of})::numeric)${filter} as s_${i}` : '';
  return `${counts}, count(${of})${filter} as k_${i}${sums}`;
}
