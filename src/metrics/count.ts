/** Metrics of one fact and one day become one select: the rows are read once, put into cells, and the cells added up to periods. */
import type { Measure, MetricDefinition, MetricOf } from '../model/metric.ts';
import { asOf, calendarSql, everyBucket, undatedBucket } from './calendar.ts';
import { columnsIn, type Fact, type FactDimension, type Fix, fixes } from './fact.ts';

/** Metrics that aggregate rows of a fact. */
export type Counted = MetricOf<'simple' | 'ratio' | 'conversion'>;
/** A basis by name: raw, clean, or raw with some fixes only. */
export type Basis = { name: string; fixes: readonly Fix[] };

/** Where a value stands; \`period_start\` follows from the period. */
const place = ['basis', 'period_kind', 'period', 'connection_id', 'dimension', 'key'];
export const coordinates = [...place.slice(0, 3), 'period_start', ...place.slice(3)];

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

const isHeavy = ({ aggregate }: Measure) => ['distinct', 'median', 'p90'].includes(aggregate);

/** Measures by their place: two metrics that speak of the same one share it. */
class Measures {
  readonly all: Measure[] = [];
  private readonly places = new Map<string, number>();

  placeOf(measure: Measure): number {
    const key = JSON.stringify(measure);
    const place = this.places.get(key) ?? this.all.push(measure) - 1;
    this.places.set(key, place);
    return place;
  }

  valueOf(measure: Measure): string {
    const i = this.placeOf(measure);
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
    const i = this.placeOf(measure);
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
 * @param keys SQL of a table of dimension, connection_id and key: only these are measured; null: all
 * @returns a select of metric, the coordinates, value and n
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
  const heavy = measures.all.flatMap((measure, place) => (isHeavy(measure) ? [{ measure, place }] : []));
  const keyOf = (of: string) => place.map((name) => `${of}.${name}`).join(', ');
  const days = `select distinct ${fact.columns[time ?? '']} as day from unified.${fact.from} f ${fact.joins ?? ''}`;
  return `with ${time === null ? everyPeriod : calendarSql(days)},
fact_row as (${rowSql(fact, time, metrics, cuts, bases)}),
cell as (${cellSql(fact, time, measures.all, cuts)}),
wanted as (
  select * from cell
  ${hasTeams ? teamCells(measures.all) : ''}
),
rolled as (
  select c.basis, p.period_kind, p.period, p.period_start, c.connection_id, c.dimension, c.key,
    sum(c.known) as known${measures.all.map(rolledMeasure).join('')}
  from wanted c join bucket_period p on p.bucket = c.bucket
  ${wantedKeys(keys, 'c')}
  group by ${coordinates.map((_, at) => at + 1).join(', ')}
)${heavy.map(({ measure, place }) => heavySql(measure, place, cuts, hasTeams ? fact.dimensions['owner']!.column : null, keys)).join('')}
select v.metric, ${coordinates.map((name) => `r.${name}`).join(', ')}, v.value::numeric as value, coalesce(v.n, 0)::bigint as n
from rolled r
${heavy.map(({ place: at }) => `left join h_${at} on (${keyOf(`h_${at}`)}) = (${keyOf('r')})`).join('\n')}
cross join lateral (values ${lines.join(',\n  ')}) v (metric, value, n, dimensions)
where r.dimension = any (v.dimensions) and (v.value is not null or v.n > 0)`;
}

const wantedKeys = (keys: string | null, of: string) =>
  keys === null
    ? ''
    : `join ${keys} k on (k.dimension, k.connection_id, k.key) = (${of}.dimension, ${of}.connection_id, ${of}.key)`;

const everyPeriod = `bucket_period as (select ${everyBucket} as bucket, 'all' as period_kind, 'all' as period, null::date as period_start)`;

function lineOf(metric: MetricDefinition & Counted, measures: Measures): string {
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
  const dimensions = ['all', 'org', ...metric.dimensions].map((name) => `'${name}'`).join(', ');
  return `('${metric.name}', ${value}, ${n}::numeric, array[${dimensions}])`;
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
  // Of a distinct count: of how many rows at all the value is known.
  if (aggregate === 'distinct') return `${counts}, count(${of}) as k_${i}`;
  const sums = aggregate === 'sum' || aggregate === 'average' ? `, sum(${of})${filter} as s_${i}` : '';
  return `${counts}, count(${of})${filter} as k_${i}${sums}`;
}

function rolledMeasure({ aggregate, money }: Measure, i: number): string {
  const counts = `, sum(c.n_${i}) as n_${i}`;
  if (aggregate === 'count') return counts;
  const sums = aggregate === 'sum' || aggregate === 'average' ? `, sum(c.s_${i}) as s_${i}` : '';
  const named = `filter (where c.k_${i} > 0)`;
  const currencies = money ? `, min(c.currency) ${named} as first_${i}, max(c.currency) ${named} as last_${i}` : '';
  return `${counts}, sum(c.k_${i}) as k_${i}${sums}${currencies}`;
}

/**
 * A select of dimension, connection_id and key: where rows of the fact count.
 * @param from SQL of some of its rows
 */
export function keysSql(fact: Fact, bases: readonly Basis[], from: string): string {
  const cuts = cutsOf(fact, Object.keys(fact.dimensions));
  const columns = [...new Set(cuts.flatMap((cut) => cut.columns))].filter((name) => name in fact.columns);
  const owner = fact.dimensions['owner']?.column;
  return `select distinct d.dimension, d.connection_id, d.key
from (${rowsOf(fact, bases, [...columns, ...ownedBy(cuts, fact)], { from })}) fact_row
cross join lateral (
  select * from (values ${cuts.map((cut) => `('${cut.dimension}', ${cut.connection}, ${cut.key})`).join(', ')}) c (dimension, connection_id, key)
  ${owner ? `union all select 'team', t.connection_id, t.team_id from unified.team_member t where t.connection_id = fact_row.connection_id and t.user_id = fact_row.${owner}` : ''}
) d`;
}

/** What owners have, once more for each team they are in. */
function teamCells(measures: readonly Measure[]): string {
  const columns = measures.flatMap(({ aggregate }, i) => {
    if (aggregate === 'count') return [`n_${i}`];
    return aggregate === 'sum' || aggregate === 'average' ? [`n_${i}`, `k_${i}`, `s_${i}`] : [`n_${i}`, `k_${i}`];
  });
  return `union all
  select c.basis, c.currency, c.bucket, 'team', t.team_id, c.connection_id, ${['known', ...columns].map((name) => `c.${name}`).join(', ')}
  from cell c join unified.team_member t on t.connection_id = c.connection_id and t.user_id = c.key
  where c.dimension = 'owner'`;
}

/** A measure that cells cannot add up: each row in each place it counts. */
function heavySql(
  { aggregate, of, where }: Measure,
  place: number,
  cuts: readonly Cut[],
  owner: string | null,
  keys: string | null,
): string {
  const places = cuts.map(
    ({ dimension, key, connection, isAllOnly }) => `('${dimension}', ${connection}, ${key}, ${isAllOnly})`,
  );
  const teams = owner
    ? `union all select 'team', t.connection_id, t.team_id, false from unified.team_member t
        where t.connection_id = fact_row.connection_id and t.user_id = fact_row.${owner}`
    : '';
  const names = coordinates.map((name) => `${name.startsWith('period') ? 'p' : 'x'}.${name}`).join(', ');
  // Distinct values are hashed twice, in their bucket and in its periods: sorting them takes twice as long.
  const once = aggregate === 'distinct' ? 'distinct ' : '';
  const value = once
    ? 'count(*)::numeric'
    : `percentile_cont(${aggregate === 'median' ? 0.5 : 0.9}) within group (order by value::float8)::numeric`;
  return `,
h_${place} as (
  select ${coordinates.join(', ')}, ${value} as v
  from (select ${once}${names}, x.value from (
    select ${once}fact_row.basis, d.dimension, d.connection_id, d.key, ${of} as value,
      case when d.is_all_only then ${everyBucket} else fact_row.bucket end as bucket
    from fact_row cross join lateral (
      select * from (values ${places.join(', ')}) c (dimension, connection_id, key, is_all_only) ${teams}) d
    ${wantedKeys(keys, 'd')}
    where (${where}) and (${of}) is not null
  ) x
  join bucket_period p on p.bucket = x.bucket) y
  group by ${coordinates.join(', ')}
)`;
}
