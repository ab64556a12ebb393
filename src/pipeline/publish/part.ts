/** What moved becomes the rows of each mart to make again, and those rows are made again, no others. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import { tablesOf, type Mart, type Metric } from '../../marts/read.ts';
import { updateOf } from './materialise.ts';
import { type Moved, movedTables } from './moved.ts';
import { keysOf } from './slice.ts';

/** none: nothing that the mart reads moved. part: these keys, each a row of the key's columns. */
export type Extent = { kind: 'none' } | { kind: 'part'; keys: object[] } | { kind: 'whole' };

/** Asked of all marts before any is made again: they look up what is published of one another. */
export async function extentsOf(
  tx: Transaction,
  marts: readonly Mart[],
  moved: Moved,
  isNewDay: boolean,
): Promise<Map<Mart, Extent>> {
  const extents = new Map<Mart, Extent>();
  const asked: { mart: Mart; lines: string[] }[] = [];
  for (const mart of marts) {
    const inputs = tablesOf(mart.select).filter((table) => moved.tables.has(table));
    const covered = mart.touched.filter(({ by }) => by.some((table) => inputs.includes(table)));
    const isDated = isNewDay && mart.select.includes('assay.as_of');
    if (isDated || inputs.some((table) => !covered.some(({ by }) => by.includes(table))))
      extents.set(mart, { kind: 'whole' });
    else if (covered.length === 0) extents.set(mart, { kind: 'none' });
    else asked.push({ mart, lines: covered.map(({ keys }) => keys) });
  }
  if (asked.length === 0) return extents;
  const parts = asked.map(({ mart, lines }) => {
    const direct = join(
      lines.map((line) => raw(line)),
      ' union ',
    );
    const keys = join(
      ['select * from direct', ...mart.beside].map((line) => raw(line)),
      ' union ',
    );
    return sql`select ${mart.name}::text as mart, to_jsonb(k) as key
      from (with direct (${identifiers(mart.key)}) as materialized (${direct}) ${keys}) k (${identifiers(mart.key)})`;
  });
  const found = await tx.query<{ mart: string; key: object }>(sql`/* publish.touched */
    ${movedTables(moved)} ${join(parts, ' union all ')}`);
  for (const { mart } of asked) {
    const keys = found.filter((row) => row.mart === mart.name).map(({ key }) => key);
    const kind = keys.length === 0 ? 'none' : mart.rows.length === 0 ? 'whole' : 'part';
    extents.set(mart, kind === 'part' ? { kind, keys } : { kind });
  }
  return extents;
}

/**
 * Makes the rows of these keys equal to what the select gives for them; they are read, and written, by index.
 * @param metrics sums over the table
 * @returns `before`: what each of them said of these rows
 */
export async function mergePart(
  tx: Transaction,
  mart: Mart,
  keys: object[],
  metrics: readonly Metric[],
): Promise<{ changed: number; before: Sums[] }> {
  const names = mart.columns.map(({ name }) => name);
  const rest = names.filter((name) => !mart.key.includes(name));
  const same = (one: string, other: string) =>
    join(
      mart.key.map((name) => sql`${identifier(one, name)} = ${identifier(other, name)}`),
      ' and ',
    );
  const table = identifier(mart.schema, mart.name);
  // A statement does not see what it changes itself: the sums are those from before.
  const sums = metrics.map((metric) => sql`(select jsonb_agg(to_jsonb(m)) from (${sumsOf(metric, mart)}) m)`);
  const [row] = await tx.query<{
    changed: number;
    before: (Sums | null)[];
  }>(sql`/* publish.part */ with ${touched(mart, keys)},
    fresh as materialized (${raw(limited(mart))}),
    gone as (delete from ${table} t using touched k where ${same('t', 'k')}
      and not exists (select from fresh s where ${same('s', 'k')}) returning 1),
    merged as (merge into ${table} t using fresh s on ${same('t', 's')}
      ${rest.length > 0 ? updateOf(rest) : sql``}
      when not matched then insert (${identifiers(names)}) values (${identifiers(names, 's')})
      returning 1)
    select ((select count(*) from gone) + (select count(*) from merged))::int as changed,
      jsonb_build_array(${join([...sums, sql`null`])}) as before`);
  return { changed: row!.changed, before: metrics.map((_, at) => row!.before[at] ?? []) };
}

/** Numbers as texts, lest JSON rounds them. */
type Sums = { basis: string; period: string; slice: string; value: string; n: string }[];

/** What a metric that sums up one table says of the `touched` rows of it: by basis, period and slice. */
function sumsOf(metric: Metric, mart: Mart): Sql {
  const table = `${mart.schema}.${mart.name}`;
  const rows = `(select * from ${table} where (${mart.key.join(', ')}) in (select ${mart.key.join(', ')} from touched))`;
  const select = metric.select.replaceAll(table, rows);
  return sql`select basis, period, slice, coalesce(value, 0)::text as value, n::text as n from (${raw(select)}) m`;
}

/**
 * Adds what some rows of its table have gained.
 * @returns the values that changed; null when it has to be measured as a whole: a value would come or go
 */
export async function addSums(
  tx: Transaction,
  metric: Metric,
  mart: Mart,
  keys: object[],
  before: Sums,
): Promise<number | null> {
  const [row] = await tx.query<{
    asked: number;
    done: number;
  }>(sql`/* publish.gain */ with ${touched(mart, keys)},
    gain as materialized (select basis, period, slice, sum(sign * value::numeric) as value, sum(sign * n::bigint)::bigint as n
      from (select *, 1 as sign from (${sumsOf(metric, mart)}) now
        union all select *, -1 from jsonb_to_recordset(${JSON.stringify(before)}::jsonb) r (basis text, period text, slice text, value text, n text)) signed
      group by basis, period, slice having sum(sign * value::numeric) <> 0 or sum(sign * n::bigint) <> 0),
    done as (update unified.metric_value t set value = t.value + g.value, n = t.n + g.n from gain g
      where t.metric = ${metric.name} and t.basis = g.basis and t.period = g.period and t.slice = g.slice
        and t.value is not null and t.n + g.n > 0 returning 1)
    select (select count(*) from gain)::int as asked, (select count(*) from done)::int as done`);
  return row!.asked === row!.done ? row!.done : null;
}

function touched(mart: Mart, keys: object[]): Sql {
  return sql`touched as materialized (${keysOf(mart, keys)})`;
}

/**
 * The select with the tables its rows come from limited to the touched keys, and the golden keys of records looked up one by one
 * where the whole joins them all.
 */
export function limited({ key, rows, select }: Pick<Mart, 'key' | 'rows' | 'select'>): string {
  const narrowed = rows.reduce((text, { of, columns }) => {
    const [schema, table] = of.split('.') as [string, string];
    const those = `(select * from ${schema}."${table}" where (${columns.join(', ')}) in (select ${key.join(', ')} from touched))`;
    return text.replaceAll(new RegExp(`\\b${schema}\\.(${table}\\b|"${table}")`, 'g'), those);
  }, select);
  const keyJoin =
    /left join key (\w+) on \1\.entity = ('\w+')\s+and \1\.connection_id = (\S+)\s+and \1\.id = (coalesce\([^)]*\)|\S+)/g;
  return narrowed.replaceAll(keyJoin, 'cross join lateral (select golden.key_of($2, $3, $4) as golden_id) $1');
}
