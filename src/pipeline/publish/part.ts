/** What moved becomes the rows of each mart to make again, and those rows are made again, no others. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import { partOf, tablesOf, type Mart } from '../../marts/read.ts';
import { updateOf } from './materialise.ts';
import { type Moved, movedTables } from './moved.ts';

/** none: nothing that the mart reads moved. part: these keys, each a row of the key's columns. */
export type Extent = { kind: 'none' } | { kind: 'part'; keys: object[] } | { kind: 'whole' };

const asOf = `current_setting('assay.as_of')`;
/** Where the day matters for its month alone. */
const ofMonth = `date_trunc('month', ${asOf}::date)`;

/** Asked of all marts before any is made again: they look up what is published of one another. */
export async function extentsOf(
  tx: Transaction,
  marts: readonly Mart[],
  moved: Moved,
  time: { isNewDay: boolean; isNewMonth: boolean },
): Promise<Map<Mart, Extent>> {
  const extents = new Map<Mart, Extent>();
  const asked: { mart: Mart; lines: string[] }[] = [];
  for (const mart of marts) {
    const inputs = tablesOf(mart.select).filter((table) => moved.tables.has(table));
    const covered = mart.touched.filter(({ by }) => by.some((table) => inputs.includes(table)));
    const isDated =
      (time.isNewMonth && mart.select.includes(asOf)) ||
      (time.isNewDay && mart.select.replaceAll(ofMonth, '').includes(asOf));
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
      from (with direct (${identifiers(partOf(mart))}) as materialized (${direct}) ${keys}) k (${identifiers(partOf(mart))})`;
  });
  const found = await tx.query<{ mart: string; key: object }>(sql`/* publish.touched */
    ${movedTables(moved)} ${join(parts, ' union all ')}`);
  for (const { mart } of asked) {
    const keys = found.filter((row) => row.mart === mart.name).map(({ key }) => key);
    const kind = keys.length === 0 ? 'none' : isInParts(mart) ? 'part' : 'whole';
    extents.set(mart, kind === 'part' ? { kind, keys } : { kind });
  }
  return extents;
}

/** Whether some of its rows can be made without the others. */
const isInParts = ({ rows, select }: Mart) => rows.length > 0 || select.includes(partly);
const partly = '/* part:';

/** Rows of marts that follow from rows of other marts which this very publication makes again. */
export class Followers {
  private readonly tx: Transaction;
  private readonly most: number;
  private readonly followers: { mart: Mart; by: string[]; keys: string }[];
  /** By mart and what it reads; null where nobody knows. */
  private readonly found = new Map<string, Map<string, object> | null>();

  /** @param most rows beyond which a mart is made again as a whole */
  constructor(tx: Transaction, marts: readonly Mart[], most: number) {
    this.tx = tx;
    this.most = most;
    this.followers = marts.flatMap((mart) =>
      mart.touched
        .filter(({ by }) => by.some((table) => table.startsWith('unified.')))
        .map((line) => ({ mart, ...line })),
    );
  }

  private of({ schema, name }: Mart) {
    return this.followers.filter(({ by }) => by.includes(`${schema}.${name}`));
  }

  isWatched(mart: Mart): boolean {
    return this.of(mart).length > 0;
  }

  /** What follows from the rows in `touched`, as one value of a statement. */
  ask(mart: Mart): Sql {
    const parts = this.of(mart).map(
      (one) => sql`select ${one.mart.name}::text as mart, to_jsonb(k) as key
        from (${raw(one.keys)}) k (${identifiers(partOf(one.mart))})`,
    );
    if (parts.length === 0) return sql`'[]'::jsonb`;
    return sql`(select coalesce(jsonb_agg(to_jsonb(f)), '[]') from (${join(parts, ' union all ')}) f)`;
  }

  take({ schema, name }: Mart, found: readonly { mart: string; key: object }[]): void {
    for (const { mart, key } of found) {
      const place = `${mart} ${schema}.${name}`;
      const known = this.found.has(place) ? this.found.get(place)! : new Map<string, object>();
      known?.set(JSON.stringify(key), key);
      this.found.set(place, known === null || known.size > this.most ? null : known);
    }
  }

  /** Rows that are about to change, or just did. @param touched SQL of a table of what they are made by */
  async note(mart: Mart, touched: Sql): Promise<void> {
    if (!this.isWatched(mart)) return;
    const [row] = await this.tx.query<{ found: { mart: string; key: object }[] }>(sql`/* publish.follow */
      with touched as materialized (${touched}) select ${this.ask(mart)} as found`);
    this.take(mart, row!.found);
  }

  /** Of this mart nobody knows which rows changed. */
  forget(changed: Mart): void {
    for (const { mart } of this.of(changed)) this.found.set(`${mart.name} ${changed.schema}.${changed.name}`, null);
  }

  /** What there is to make again of a mart. @param changed tables of unified that it reads and that are another */
  async extentOf(mart: Mart, own: Extent, changed: readonly string[]): Promise<Extent> {
    if (changed.length === 0 || own.kind === 'whole') return own;
    const isFollowing = (table: string) => this.followers.some((one) => one.mart === mart && one.by.includes(table));
    if (!isInParts(mart) || !changed.every(isFollowing)) return { kind: 'whole' };
    const parts = changed.map((table) => {
      const place = `${mart.name} ${table}`;
      return this.found.has(place) ? this.found.get(place)! : new Map<string, object>();
    });
    if (parts.some((one) => one === null)) return { kind: 'whole' };
    const following = parts.flatMap((one) => [...one!.values()]);
    if (following.length === 0) return own;
    const keys = [...(await this.withBeside(mart, following)), ...(own.kind === 'part' ? own.keys : [])];
    return keys.length > this.most ? { kind: 'whole' } : { kind: 'part', keys };
  }

  private async withBeside(mart: Mart, keys: object[]): Promise<object[]> {
    if (mart.beside.length === 0) return keys;
    const all = join(
      ['select * from direct', ...mart.beside].map((line) => raw(line)),
      ' union ',
    );
    const found = await this.tx.query<{ key: object }>(sql`/* publish.beside */ select to_jsonb(k) as key
      from (with direct as materialized (${keysOf(mart, keys)}) ${all}) k (${identifiers(partOf(mart))})`);
    return found.map(({ key }) => key);
  }
}

/** Makes the rows of these keys equal to what the select gives for them; they are read, and written, by index. */
export async function mergePart(
  tx: Transaction,
  mart: Mart,
  keys: object[],
): Promise<{ rowCount: number; changedCount: number }> {
  const names = mart.columns.map(({ name }) => name);
  const rest = names.filter((name) => !mart.key.includes(name));
  const same = (one: string, other: string, by = mart.key) =>
    join(
      by.map((name) => sql`${identifier(one, name)} = ${identifier(other, name)}`),
      ' and ',
    );
  const table = identifier(mart.schema, mart.name);
  const [row] = await tx.query<{ changed: number }>(sql`/* publish.part */ with ${touched(mart, keys)},
    fresh as materialized (${raw(limited(mart))}),
    gone as (delete from ${table} t using touched k where ${same('t', 'k', partOf(mart))}
      and not exists (select from fresh s where ${same('s', 't')}) returning 1),
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
  return sql`select distinct ${join(partOf(mart).map((name) => raw(name)))}
    from jsonb_populate_recordset(null::${raw(`${mart.schema}.${mart.name}`)}, ${JSON.stringify(keys)}::jsonb)`;
}

/**
 * The select with the tables its rows come from limited to the touched keys, and the golden keys of records looked up one by one
 * where the whole joins them all.
 */
export function limited(mart: Pick<Mart, 'key' | 'part' | 'rows' | 'select'>): string {
  const { rows, select } = mart;
  const narrowed = rows.reduce((text, { of, columns }) => {
    const [schema, table] = of.split('.') as [string, string];
    const those = `(select * from ${schema}."${table}" where (${columns.join(', ')}) in (select ${partOf(mart).join(', ')} from touched))`;
    return text.replaceAll(new RegExp(`\\b${schema}\\.(${table}\\b|"${table}")`, 'g'), those);
  }, select);
  const within = narrowed.replaceAll(/\/\* part: (.*?)\*\//gs, '$1');
  const keyJoin =
    /left join key (\w+) on \1\.entity = ('\w+')\s+and \1\.connection_id = (\S+)\s+and \1\.id = (coalesce\([^)]*\)|\S+)/g;
  return within.replaceAll(keyJoin, 'cross join lateral (select golden.key_of($2, $3, $4) as golden_id) $1');
}
