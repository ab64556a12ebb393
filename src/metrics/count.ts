/** Metrics of one fact and one day become one select: the rows are read once, put into cells, and the cells added up to periods, a row for each place. */
import type { Measure, MetricDefinition, MetricOf } from '../model/metric.ts';
import { asOf, calendarSql, everyBucket, periodsOfDay, undatedBucket } from './calendar.ts';
import { columnsIn, type Fact, type FactDimension, type Fix, fixes } from './fact.ts';

/** Metrics that aggregate rows of a fact. */
export type Counted = MetricOf<'simple' | 'ratio' | 'conversion'>;
/** A basis by name: raw, clean, or raw with some fixes only. */
export type Basis = { name: string; fixes: readonly Fix[] };

/** Where a value stands; \`period_start\` follows from the period. */
export const coordinates = ['basis', 'period_kind', 'period', 'period_start', 'connection_id', 'dimension', 'key'];

export const isCounted = (metric: MetricDefinition): metric is MetricDefinition & Counted =>
  metric.kind === 'simple' || metric.kind === 'ratio' || metric.kind === 'conversion';

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

/** What the value is made of, in order: of a ratio numerator and denominator. */
export function measuresOf(metric: Counted): Measure[] {
  if (metric.kind === 'simple') return metric.n ? [metric.measure, metric.n] : [metric.measure];
  if (metric.kind === 'ratio') return [metric.numerator, metric.denominator];
  const { cohort, reached, time, withinDays } = metric;
  const matured = `(${cohort}) and ${time} <= ${asOf} - ${withinDays}`;
  const rows = (where: string): Measure => ({ aggregate: 'count', where, money: false });
  return [rows(`${matured} and ${reached} <= ${time} + ${withinDays}`), rows(matured)];
}

const isStock = ({ at }: Measure) => at === 'end';
const isHeavy = ({ aggregate }: Pick<Measure, 'aggregate'>) => ['distinct', 'median', 'p90'].includes(aggregate);

/** Measures by their number: two metrics that speak of the same one share it. */
class Measures {
  readonly all: Measure[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(measure: Measure): number {
    const key = JSON.stringify(measure);
    const number = this.numbers.get(key) ?? this.all.push(measure) - 1;
    this.numbers.set(key, number);
    return number;
  }

  valueOf(measure: Measure): string {
    const i = this.numberOf(measure);
    const mixed = measure.money ? `when r.first_${i} <> r.last_${i} then null` : '';
    switch (measure.aggregate) {
      case 'count':
        return `r.n_${i}::numeric`;
      case 'sum': {
        const unknown = measure.money ? 'when r.known = 0 then null' : '';
        return `case ${unknown} ${mixed} when r.n_${i} = 0 then 0 else r.s_${i} end::numeric`;
      }
      case 'average':
        return `case ${mixed} when true then r.s_${i}::numeric / nullif(r.k_${i}, 0) end`;
      case 'distinct':
        return `case when r.k_${i} = 0 then null else coalesce(h_${i}.v, 0) end`;
      default:
        return mixed ? `case ${mixed} else h_${i}.v end` : `h_${i}.v`;
    }
  }

  /** Rows the value rests on; of a sum as part of a ratio those whose value is known. */
  countOf(measure: Measure, isPart = false): string {
    const i = this.numberOf(measure);
    if (measure.aggregate === 'distinct' && isPart) return `h_${i}.v`;
    return ['average', 'median', 'p90'].includes(measure.aggregate) || (measure.aggregate === 'sum' && isPart)
      ? `r.k_${i}`
      : `r.n_${i}`;
  }
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

/** Teams are made of owners: everybody below a manager, and the manager. */
const team = 'team';

/**
 * @param metrics of this fact and this day
 * @param keys SQL of a table of dimension, connection_id, key, period_kind and period: only these places are measured; null: all
 * @returns a select of the coordinates, measures and counts: of each metric, in their order, value and n; null where it is not cut so
 */
export function countSql(
  fact: Fact,
  time: string | null,
  metrics: readonly (MetricDefinition & Counted)[],
  bases: readonly Basis[],
  keys: string | null = null,
): string {
  const measures = new Measures();
  const lines = metrics.map((metric) => lineOf(metric, measures));
  const named = [...new Set(metrics.flatMap(({ dimensions }) => dimensions))];
  const cuts = cutsOf(
    fact,
    [...named, ...(named.includes(team) && !named.includes('owner') ? ['owner'] : [])].filter((name) => name !== team),
  );
  const hasTeams = named.includes(team);
  const heavy = measures.all.flatMap((measure, at) => (isHeavy(measure) ? [{ measure, at }] : []));
  const days = `select distinct ${fact.columns[time ?? '']} as day from unified.${fact.from} f ${fact.joins ?? ''}`;
  const dimensions = ['all', 'org', ...named];
  const all = (of: (line: Line) => string) =>
    lines.map((line) => (line.dimensions.length === dimensions.length ? of(line) : cutAs(line.dimensions, of(line))));
  // Places and periods go by number: grouped by their names rows take five times as long.
  return `with ${time === null ? everyPeriod : calendarSql(days, measures.all.some(isStock))},
period as materialized (
  select row_number() over ()::int as period_no, p.* from (select distinct period_kind, period, period_start from bucket_period) p
),
numbered as materialized (
  select b.bucket, p.period_no, b.is_last from bucket_period b join period p on p.period_kind = b.period_kind and p.period = b.period
),
fact_row as (${rowSql(fact, time, metrics, cuts, bases)}),
cell as (${cellSql(fact, time, measures.all, cuts)}),
wanted as (
  select * from cell
  ${hasTeams ? teamCells(measures.all) : ''}
),
place as materialized (
  select row_number() over ()::int as place_no, d.* from (select distinct dimension, connection_id, key from wanted) d
  where dimension in (${literals(dimensions)})
),${keys === null ? '' : asked(keys)}
placed as (
  select c.*, l.place_no from wanted c
  join place l on (l.dimension, l.connection_id, l.key) = (c.dimension, c.connection_id, c.key)
  ${keys === null ? '' : 'where l.place_no in (select place_no from asked)'}
),
rolled as (
  select c.basis, p.period_no, c.place_no, sum(c.known) as known${measures.all.map(rolledMeasure).join('')}
  ${rolling(keys)}
  group by 1, 2, 3
)${heavy.map(({ measure, at }) => heavySql(measure, at, keys)).join('')}
select r.basis, q.period_kind, q.period, q.period_start, l.connection_id, l.dimension, l.key,
  array[${all(({ value }) => value).join(',\n    ')}]::numeric[] as measures,
  array[${all(({ n }) => n).join(', ')}]::bigint[] as counts
from rolled r
join period q on q.period_no = r.period_no
join place l on l.place_no = r.place_no
${heavy.map(({ at }) => `left join h_${at} on (h_${at}.basis, h_${at}.period_no, h_${at}.place_no) = (r.basis, r.period_no, r.place_no)`).join('\n')}`;
}

const literals = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
const cutAs = (dimensions: readonly string[], value: string) =>
  `case when l.dimension in (${literals(dimensions)}) then ${value} end`;

/** The places asked for by their numbers. */
const asked = (keys: string) => `
asked as materialized (
  select distinct l.place_no, p.period_no from ${keys} k
  join place l on (l.dimension, l.connection_id, l.key) = (k.dimension, k.connection_id, k.key)
  join period p on (p.period_kind, p.period) = (k.period_kind, k.period)
),`;

/** Cells in each period they lie in. */
const rolling = (keys: string | null) => `from placed c join numbered p on p.bucket = c.bucket
  ${keys === null ? '' : 'join asked a on a.place_no = c.place_no and a.period_no = p.period_no'}`;

const everyPeriod = `bucket_period as (select ${everyBucket} as bucket, 'all' as period_kind, 'all' as period, null::date as period_start, true as is_last)`;

/** SQL of value and n, over the rows that have been added up. */
type Line = { value: string; n: string; dimensions: string[] };

function lineOf(metric: MetricDefinition & Counted, measures: Measures): Line {
  const [first, second] = measuresOf(metric) as [Measure, Measure | undefined];
  const value =
    metric.kind === 'simple'
      ? measures.valueOf(first)
      : `(${measures.valueOf(first)})::numeric / nullif(${measures.valueOf(second!)}, 0)`;
  const n =
    metric.kind !== 'simple'
      ? measures.countOf(second!, metric.kind === 'ratio')
      : second
        ? measures.valueOf(second)
        : measures.countOf(first);
  return { value, n, dimensions: ['all', 'org', ...metric.dimensions] };
}

function rowSql(
  fact: Fact,
  time: string | null,
  metrics: readonly Counted[],
  cuts: readonly Cut[],
  bases: readonly Basis[],
): string {
  const texts = [...metrics.flatMap((metric) => textsOf(metric, fact)), ...cuts.flatMap(({ columns }) => columns)];
  const used = columnsIn(fact, texts);
  const owned = ownedBy(cuts, fact);
  if (time === null) return rowsOf(fact, bases, [...used, ...owned, `${everyBucket} as bucket`]);
  return rowsOf(fact, bases, [...used, ...owned, `coalesce(day.bucket, ${undatedBucket}) as bucket`], {
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
  const bucket = time === null ? everyBucket : `case when grouping(bucket) = 1 then ${everyBucket} else bucket end`;
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
    ${isMoney ? `count(${fact.amount!})` : '0'} as known${measures.map(cellMeasure).join('')}
  from fact_row
  group by basis, ${isMoney ? `${fact.currency!}, ` : ''}grouping sets (${sets.join(', ')})`;
}

function cellMeasure({ aggregate, of, where }: Measure, i: number): string {
  const filter = where === 'true' ? '' : ` filter (where ${where})`;
  const counts = `, count(${aggregate === 'count' && of ? of : '*'})${filter} as n_${i}`;
  if (aggregate === 'count') return counts;
  const listed = (value: string) =>
    `, array_agg(${value}) filter (where (${where}) and (${of}) is not null) as each_${i}`;
  // Of a distinct count: of how many rows at all the value is known.
  if (aggregate === 'distinct') return `${counts}, count(${of}) as k_${i}${listed(of!)}`;
  if (isHeavy({ aggregate })) return `${counts}, count(${of})${filter} as k_${i}${listed(`(${of})::float8`)}`;
  const sums = aggregate === 'sum' || aggregate === 'average' ? `, sum(${of})${filter} as s_${i}` : '';
  return `${counts}, count(${of})${filter} as k_${i}${sums}`;
}

function rolledMeasure(measure: Measure, i: number): string {
  const { aggregate, money } = measure;
  const last = isStock(measure) ? ' filter (where p.is_last)' : '';
  const counts = `, ${last ? `coalesce(sum(c.n_${i})${last}, 0)` : `sum(c.n_${i})`} as n_${i}`;
  if (aggregate === 'count') return counts;
  const sums = aggregate === 'sum' || aggregate === 'average' ? `, sum(c.s_${i})${last} as s_${i}` : '';
  const named = `filter (where c.k_${i} > 0${last ? ' and p.is_last' : ''})`;
  const currencies = money ? `, min(c.currency) ${named} as first_${i}, max(c.currency) ${named} as last_${i}` : '';
  return `${counts}, sum(c.k_${i})${last} as k_${i}${sums}${currencies}`;
}

/**
 * A select of dimension, connection_id, key, period_kind, period and period_start: the places in which rows of the fact count by this day.
 * @param from SQL of some of its rows
 */
export function placesSql(fact: Fact, time: string | null, bases: readonly Basis[], from: string): string {
  const cuts = cutsOf(fact, Object.keys(fact.dimensions));
  const columns = [...new Set(cuts.flatMap((cut) => cut.columns))].filter((name) => name in fact.columns);
  const owner = fact.dimensions['owner']?.column;
  const day = time === null ? 'null::date' : fact.columns[time]!;
  const places = cuts.map((cut) => `('${cut.dimension}', ${cut.connection}, ${cut.key}, ${cut.isAllOnly})`);
  const undated = time === null ? '' : `union all select 'undated', 'undated', null where fact_row.place_day is null`;
  return `select distinct d.dimension, d.connection_id, d.key, p.period_kind, p.period, p.period_start
from (${rowsOf(fact, bases, [...columns, ...ownedBy(cuts, fact), `${day} as place_day`], { from })}) fact_row
cross join lateral (
  select * from (values ${places.join(', ')}) c (dimension, connection_id, key, is_all_only)
  ${owner ? `union all select 'team', t.connection_id, t.team_id, false from unified.team_member t where t.connection_id = fact_row.connection_id and t.user_id = fact_row.${owner}` : ''}
) d
cross join lateral (
  select q.period_kind, q.period, q.period_start from ${periodsOfDay('fact_row.place_day')} q ${undated}
) p
where not d.is_all_only or p.period_kind = 'all'`;
}

/** What owners have, once more for each team they are in. */
function teamCells(measures: readonly Measure[]): string {
  const columns = measures.flatMap(({ aggregate }, i) => {
    if (aggregate === 'count') return [`n_${i}`];
    return [`n_${i}`, `k_${i}`, isHeavy({ aggregate }) ? `each_${i}` : `s_${i}`];
  });
  return `union all
  select c.basis, c.currency, c.bucket, 'team', t.team_id, c.connection_id, ${['known', ...columns].map((name) => `c.${name}`).join(', ')}
  from cell c join unified.team_member t on t.connection_id = c.connection_id and t.user_id = c.key
  where c.dimension = 'owner'`;
}

/** A measure that sums of cells do not give: of the values that the cells list. */
function heavySql(measure: Measure, at: number, keys: string | null): string {
  const { aggregate } = measure;
  const each = `select ${aggregate === 'distinct' ? 'distinct ' : ''}c.basis, p.period_no, c.place_no, u.value
    ${rolling(keys)} cross join lateral unnest(c.each_${at}) u (value)${isStock(measure) ? ' where p.is_last' : ''}`;
  const value =
    aggregate === 'distinct'
      ? 'count(*)::numeric'
      : `percentile_cont(${aggregate === 'median' ? 0.5 : 0.9}) within group (order by value)::numeric`;
  return `,
h_${at} as (select basis, period_no, place_no, ${value} as v from (${each}) e group by 1, 2, 3)`;
}
