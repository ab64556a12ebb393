/** Rows of facts that changed become the slices of metrics they are in, which are measured again, and no others. */
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { type Mart, type Marts, type Metric, tablesOf } from '../../marts/read.ts';
import { mergeTable } from './materialise.ts';
import { metricMart } from './metric-mart.ts';

type Slice = { basis: string; period: string; slice: string };
/** Beyond this many rows a metric is measured as a whole. */
const mostRows = 1000;

/** Keeps the slices of changed rows, as they were and as they are, by the view that has them. */
export class Slices {
  private readonly marts: Marts;
  /** null: of some rows nobody knows. */
  private readonly stale = new Map<string, Slice[] | null>();

  constructor(marts: Marts) {
    this.marts = marts;
  }

  /** Views of this table by basis, period and slice. */
  private viewsOf(mart: Mart): Mart[] {
    return this.marts.basis.filter(
      (view) =>
        ['basis', 'period', 'slice'].every((name) => view.columns.some((column) => column.name === name)) &&
        publishedTables(view.select, this.marts).includes(`${mart.schema}.${mart.name}`),
    );
  }

  isWatched(mart: Mart): boolean {
    return this.viewsOf(mart).length > 0;
  }

  /** Notes those of rows that are about to change, or just did. @param touched SQL of a table of their keys */
  async note(tx: Transaction, mart: Mart, touched: Sql): Promise<void> {
    for (const view of this.viewsOf(mart)) {
      const rows = await tx.query<Slice>(sql`/* publish.slice */ with touched as materialized (${touched})
        select distinct basis, period, slice from (${raw(this.limited(view, mart))}) v`);
      this.add(view, rows);
    }
  }

  /** Makes the table equal to its select, and notes the slices of what that changes. */
  async merge(tx: Transaction, mart: Mart): Promise<{ rowCount: number; changedCount: number }> {
    const views = this.viewsOf(mart);
    const few = sql`(select count(*) from merged) <= ${raw(String(mostRows))}`;
    // A statement does not see what it merges itself: these are the slices from before.
    const before = views.map(
      (view) => sql`case when ${few} then (select coalesce(jsonb_agg(distinct to_jsonb(s)), '[]')
        from (select basis, period, slice from (${raw(this.limited(view, mart))}) v) s) end`,
    );
    const answer = sql`jsonb_build_object('before', jsonb_build_array(${join(before)}),
      'keys', case when ${few} then (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from merged m) end)`;
    const done = await mergeTable<{ before: (Slice[] | null)[]; keys: object[] | null }>(tx, mart, null, answer);
    const { before: slices, keys } = done.answer!;
    for (const [at, view] of views.entries()) this.add(view, slices[at] ?? null);
    if (keys && keys.length > 0) await this.note(tx, mart, keysOf(mart, keys));
    return done;
  }

  private add({ name }: Mart, slices: Slice[] | null): void {
    const known = this.stale.get(name);
    this.stale.set(name, known === null || slices === null ? null : [...(known ?? []), ...slices]);
  }

  /** The view's select with views put in their places and the table limited to the keys in `touched`. */
  private limited(view: Mart, mart: Mart): string {
    const whole = this.marts.basis.reduce(
      (text, other) => text.replaceAll(new RegExp(`\\bunified\\.${other.name}\\b`, 'g'), `(${other.select})`),
      view.select,
    );
    const key = mart.key.join(', ');
    const rows = `(select * from ${mart.schema}.${mart.name} where (${key}) in (select ${key} from touched))`;
    return whole.replaceAll(new RegExp(`\\b${mart.schema}\\.${mart.name}\\b`, 'g'), rows);
  }

  /** The view whose slices a metric is measured in one by one, where all that changed of them is known. */
  private viewFor(metric: Metric): string | undefined {
    const view = /\bfrom unified\.(\w+)\s+group by basis, period, slice\s*$/.exec(metric.select)?.[1];
    return view !== undefined && tablesOf(metric.select).length === 1 && this.stale.get(view) ? view : undefined;
  }

  /** Measures metrics again in the slices noted, or as a whole where they are not made slice by slice. */
  async measure(tx: Transaction, metrics: Metric[]): Promise<{ rowCount: number; changedCount: number }> {
    const total = { rowCount: 0, changedCount: 0 };
    for (const [view, own] of Map.groupBy(metrics, (metric) => this.viewFor(metric))) {
      const names = sql`t.metric = any (${own.map(({ name }) => name)}::text[])`;
      const done =
        view === undefined
          ? await mergeTable(tx, metricMart(own), names)
          : await measureSlices(tx, view, own, names, this.stale.get(view)!);
      total.rowCount += done.rowCount;
      total.changedCount += done.changedCount;
    }
    return total;
  }
}

async function measureSlices(tx: Transaction, view: string, metrics: Metric[], names: Sql, slices: Slice[]) {
  if (slices.length === 0) return { rowCount: 0, changedCount: 0 };
  await tx.query(sql`/* publish.stale */ create temporary table stale_slice on commit drop as
    select distinct * from jsonb_to_recordset(${raw(escapeLiteral(JSON.stringify(slices)))}::jsonb) s (basis text, period text, slice text)`);
  await tx.query(sql`/* publish.sliced */ create temporary table sliced on commit drop as
    select * from ${identifier('unified', view)} join stale_slice using (basis, period, slice)`);
  await tx.query(sql`/* publish.analyze */ analyze sliced (basis, period, slice), stale_slice`);
  const mart = metricMart(metrics);
  const measured = mart.select.replaceAll(new RegExp(`\\bunified\\.${view}\\b`, 'g'), 'pg_temp.sliced');
  const select = `select m.* from (${measured}) m join pg_temp.stale_slice using (basis, period, slice)`;
  const within = sql`${names} and (t.basis, t.period, t.slice) in (select basis, period, slice from pg_temp.stale_slice)`;
  const done = await mergeTable(tx, { ...mart, select }, within);
  await tx.query(sql`/* publish.drop */ drop table pg_temp.sliced, pg_temp.stale_slice`);
  return done;
}

/** SQL of the keys as rows, typed as the mart's own columns. */
export function keysOf(mart: Mart, keys: object[]): Sql {
  return sql`select ${join(mart.key.map((name) => identifier(name)))}
    from jsonb_populate_recordset(null::${identifier(mart.schema, mart.name)}, ${JSON.stringify(keys)}::jsonb)`;
}

/** The tables of unified a select reads, through the views that stand between. */
export function publishedTables(select: string, marts: Marts): string[] {
  return tablesOf(select).flatMap((table) => {
    const view = marts.basis.find(({ schema, name }) => `${schema}.${name}` === table);
    return view ? publishedTables(view.select, marts) : [table];
  });
}
