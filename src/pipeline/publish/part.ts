/** What moved becomes the rows of each mart to make again, and those rows are made again, no others. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import { tablesOf, type Mart, type Metric } from '../../marts/read.ts';
import { updateOf } from './materialise.ts';
import { type Moved, movedTables } from './moved.ts';

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
  const parts = asked.map(
    ({ mart, lines }) => sql`select ${mart.name}::text as mart, to_jsonb(k) as key
      from (${join(
        lines.map((line) => raw(line)),
        ' union ',
      )}) k (${identifiers(mart.key)})`,
  );
  const found = await tx.query<{ mart: string; key: object }>(sql`/* publish.touched */
    ${movedTables(moved)} ${join(parts, ' union all ')}`);
  for (const { mart } of asked) {
    const keys = found.filter((row) => row.mart === mart.name).map(({ key }) => key);
    const kind = keys.length === 0 ? 'none' : mart.rows.length === 0 ? 'whole' : 'part';
    extents.set(mart, kind === 'part' ? { kind, keys } : { kind });
  }
  return extents;
}

/** Makes the rows of these keys equal to what the select gives for them; they are read, and written, by index. */
export async function mergePart(tx: Transaction, mart: Mart, keys: object[]): Promise<number> {
  const names = mart.columns.map(({ name }) => name);
  const rest = names.filter((name) => !mart.key.includes(name));
  const same = (one: string, other: string) =>
    join(
      mart.key.map((name) => sql`${identifier(one, name)} = ${identifier(other, name)}`),
      ' and ',
    );
  const table = identifier(mart.schema, mart.name);
  const [row] = await tx.query<{ changed: number }>(sql`/* publish.part */ with ${touched(mart, keys)},
    fresh as materialized (${raw(limited(mart))}),
    gone as (delete from ${table} t using touched k where ${same('t', 'k')}
      and not exists (select from fresh s where ${same('s', 'k')}) returning 1),
    merged as (merge into ${table} t using fresh s on ${same('t', 's')}
      ${rest.length > 0 ? updateOf(rest) : sql``}
      when not matched then insert (${identifiers(names)}) values (${identifiers(names, 's')})
      returning 1)
    select ((select count(*) from gone) + (select count(*) from merged))::int as changed`);
  return row!.changed;
}

/** What a metric that sums up one table says of these rows of it: by basis, period and slice. */
export async function sumsOf(tx: Transaction, metric: Metric, mart: Mart, keys: object[]): Promise<Sums> {
  const table = `${mart.schema}.${mart.name}`;
  const rows = `(select * from ${table} where (${mart.key.join(', ')}) in (select ${mart.key.join(', ')} from touched))`;
  const select = metric.select.replaceAll(table, rows);
  return tx.query<Sums[number]>(sql`/* publish.sums */ with ${touched(mart, keys)}
    select basis, period, slice, coalesce(value, 0)::text as value, n::text as n from (${raw(select)}) m`);
}

export type Sums = { basis: string; period: string; slice: string; value: string; n: string }[];

/**
 * Adds what some rows of its table have gained.
 * @returns the values that changed; null when it has to be measured as a whole: a value would come or go
 */
export async function addSums(tx: Transaction, metric: Metric, before: Sums, after: Sums): Promise<number | null> {
  const rows = [...after.map((one) => ({ ...one, sign: 1 })), ...before.map((one) => ({ ...one, sign: -1 }))];
  const gains = sql`select basis, period, slice, sum(sign * value) as value, sum(sign * n)::bigint as n
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (basis text, period text, slice text, value numeric, n bigint, sign int)
    group by basis, period, slice having sum(sign * value) <> 0 or sum(sign * n) <> 0`;
  const [row] = await tx.query<{
    asked: number;
    done: number;
  }>(sql`/* publish.gain */ with gain as materialized (${gains}),
    done as (update unified.metric_value t set value = t.value + g.value, n = t.n + g.n from gain g
      where t.metric = ${metric.name} and t.basis = g.basis and t.period = g.period and t.slice = g.slice
        and t.value is not null and t.n + g.n > 0 returning 1)
    select (select count(*) from gain)::int as asked, (select count(*) from done)::int as done`);
  return row!.asked === row!.done ? row!.done : null;
}

/** The keys as rows, typed as the mart's own columns. */
function touched(mart: Mart, keys: object[]): Sql {
  return sql`touched as materialized (select ${identifiers(mart.key)}
    from jsonb_populate_recordset(null::${identifier(mart.schema, mart.name)}, ${JSON.stringify(keys)}::jsonb))`;
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
