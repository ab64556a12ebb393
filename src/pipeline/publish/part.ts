/** What moved becomes the rows of each mart to make again, and those rows are made again, no others. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import { tablesOf, type Mart } from '../../marts/read.ts';
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

/** Makes the rows of these keys equal to what the select gives for them; they are read, and written, by index. */
export async function mergePart(
  tx: Transaction,
  mart: Mart,
  keys: object[],
): Promise<{ rowCount: number; changedCount: number }> {
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
  return { rowCount: keys.length, changedCount: row!.changed };
}

function touched(mart: Mart, keys: object[]): Sql {
  return sql`touched as materialized (${keysOf(mart, keys)})`;
}

/** SQL of the keys as rows, typed as the mart's own columns. */
export function keysOf(mart: Mart, keys: object[]): Sql {
  return sql`select ${join(mart.key.map((name) => raw(name)))}
    from jsonb_populate_recordset(null::${raw(`${mart.schema}.${mart.name}`)}, ${JSON.stringify(keys)}::jsonb)`;
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
