/** Cells become values: each is the sum of the cells of its key and period. */
import type { Measure } from '../model/metric.ts';
import { bucketPeriodSql } from './calendar.ts';
import { isHeavy, isStock, type Line } from './measure.ts';

/** Teams are made of owners: everybody below a manager, and the manager. */
export const team = 'team';
export const inTeams = `join unified.team_member t on c.dimension = 'owner' and t.connection_id = c.connection_id and t.user_id = c.key`;

/**
 * A select of the coordinates, measures and counts.
 * @param cells SQL of a table of them
 * @param keys SQL of a table of places: no others; null: all
 */
export function rollSql(
  lines: readonly Line[],
  measures: readonly Measure[],
  dimensions: readonly string[],
  cells: string,
  keys: string | null,
): string {
  const heavy = measures.flatMap((measure, at) => (isHeavy(measure) ? [{ measure, at }] : []));
  const hasTeams = dimensions.includes(team);
  const all = (of: (line: Line) => string) =>
    lines.map((line) => (line.dimensions.length === dimensions.length ? of(line) : cutAs(line.dimensions, of(line))));
  // Places and periods go by number, as days do.
  return `with ${keys === null ? '' : slices(keys, hasTeams)}
source as materialized (${keys === null ? `select * from ${cells} c` : sliced(cells)}),
${bucketPeriodSql('source', measures.some(isStock))},
period as materialized (
  select row_number() over ()::int as period_no, p.* from (select distinct period_kind, period, period_start from bucket_period) p
),
numbered as materialized (
  select b.bucket, p.period_no, b.is_last from bucket_period b join period p on p.period_kind = b.period_kind and p.period = b.period
),
cell as (
  select bucket, basis, currency, dimension, connection_id, key, known${measures.map(measureOfCell(heavy.map(({ at }) => at))).join('')}
  from source
),
wanted as (
  select * from cell
  ${hasTeams ? teamCells(measures) : ''}
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
  select c.basis, p.period_no, c.place_no, sum(c.known) as known${measures.map(rolledMeasure).join('')}
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

/** Keys asked for, and owners in teams asked for. */
const slices = (keys: string, hasTeams: boolean) => `slice as materialized (
  select distinct dimension, connection_id, key from ${keys} k
  ${hasTeams ? `union select 'owner', t.connection_id, t.user_id from ${keys} k join unified.team_member t on k.dimension = 'team' and t.connection_id = k.connection_id and t.team_id = k.key` : ''}
),`;

/** Looked up one by one, also where whole tables are hashed. */
const sliced = (cells: string) => `select c.* from slice s cross join lateral (
    select * from ${cells} c where c.dimension = s.dimension and c.connection_id = s.connection_id and c.key = s.key offset 0
  ) c`;

const measureOfCell =
  (heavy: readonly number[]) =>
  ({ aggregate }: Measure, i: number) => {
    const own = `, counts[${i + 1}] as n_${i}`;
    if (aggregate === 'count') return own;
    const type = aggregate === 'distinct' ? 'text' : 'float8';
    const values = isHeavy({ aggregate })
      ? `, lists[${heavy.indexOf(i) + 1}]::${type}[] as each_${i}`
      : `, sums[${i + 1}] as s_${i}`;
    return `${own}, known_counts[${i + 1}] as k_${i}${values}`;
  };

export const literals = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
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

function rolledMeasure(measure: Measure, i: number): string {
  const { aggregate, money } = measure;
  const last = isStock(measure) ? ' filter (where p.is_last)' : '';
  const counts = `, ${last ? `coalesce(sum(c.n_${i})${last}, 0)` : `sum(c.n_${i})`} as n_${i}`;
  if (aggregate === 'count') return counts;
  const sums = aggregate === 'sum' || aggregate === 'average' ? `, trim_scale(sum(c.s_${i})${last}) as s_${i}` : '';
  const named = `filter (where c.k_${i} > 0${last ? ' and p.is_last' : ''})`;
  const currencies = money ? `, min(c.currency) ${named} as first_${i}, max(c.currency) ${named} as last_${i}` : '';
  return `${counts}, sum(c.k_${i})${last} as k_${i}${sums}${currencies}`;
}

/** What owners have, once more for each team they are in. */
function teamCells(measures: readonly Measure[]): string {
  const columns = measures.flatMap(({ aggregate }, i) => {
    if (aggregate === 'count') return [`n_${i}`];
    return [`n_${i}`, `k_${i}`, isHeavy({ aggregate }) ? `each_${i}` : `s_${i}`];
  });
  return `union all
  select c.bucket, c.basis, c.currency, 'team', c.connection_id, t.team_id, ${['known', ...columns].map((name) => `c.${name}`).join(', ')}
  from cell c ${inTeams}`;
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
