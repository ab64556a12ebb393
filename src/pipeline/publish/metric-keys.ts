/** Rows of facts that changed become the keys of dimensions they count for, which are measured again, and no others. */
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Mart } from '../../marts/read.ts';
import { keysSql } from '../../metrics/count.ts';
import type { Fact } from '../../metrics/fact.ts';
import { type MetricStep, published } from '../../metrics/plan.ts';
import { facts } from '../../metrics/read-facts.ts';
import { mergeRows, mergeTable } from './materialise.ts';
import { measuredMart } from './metric-mart.ts';

type Key = { dimension: string; connection_id: string; key: string };
type Count = { rowCount: number; changedCount: number };
/** Beyond this many rows a metric is measured as a whole. */
const mostRows = 1000;

/** Keeps the keys of changed rows, as they were and as they are, by fact. */
export class MetricKeys {
  /** null: of some rows nobody knows. */
  private readonly moved = new Map<string, Key[] | null>();

  /** Of days that came or went those that lie on them: other days have the periods they had. */
  private factsOf(mart: Mart): Fact[] {
    return isCalendar(mart)
      ? facts.filter(({ times }) => times.length > 0)
      : facts.filter(({ from }) => from === mart.name);
  }

  isWatched(mart: Mart): boolean {
    return this.factsOf(mart).length > 0;
  }

  /** Notes those of rows that are about to change, or just did. @param touched SQL of a table of their keys */
  async note(tx: Transaction, mart: Mart, touched: Sql): Promise<void> {
    for (const fact of this.factsOf(mart)) {
      const rows = await tx.query<Key>(sql`/* publish.keys */ with touched as materialized (${touched})
        ${raw(keysOfRows(fact, mart))}`);
      this.add(fact, rows);
    }
  }

  /** Makes the table equal to its select, and notes the keys of what that changes. */
  async merge(tx: Transaction, mart: Mart): Promise<Count> {
    const own = this.factsOf(mart);
    const few = sql`(select count(*) from merged) <= ${raw(String(mostRows))}`;
    // A statement does not see what it merges itself: these are the keys from before.
    const before = own.map(
      (fact) => sql`case when ${few} then (select coalesce(jsonb_agg(to_jsonb(k)), '[]')
        from (${raw(keysOfRows(fact, mart))}) k) end`,
    );
    const answer = sql`jsonb_build_object('before', jsonb_build_array(${join(before)}),
      'keys', case when ${few} then (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from merged m) end)`;
    const done = await mergeTable<{ before: (Key[] | null)[]; keys: object[] | null }>(tx, mart, answer);
    const { before: keys, keys: changed } = done.answer!;
    for (const [at, fact] of own.entries()) this.add(fact, keys[at] ?? null);
    if (changed && changed.length > 0) await this.note(tx, mart, keysOf(mart, changed));
    return done;
  }

  private add({ name }: Fact, keys: Key[] | null): void {
    const known = this.moved.get(name);
    this.moved.set(name, known === null || keys === null ? null : [...(known ?? []), ...keys]);
  }

  /**
   * Measures a step again: for the keys noted where only rows of its fact changed, else as a whole.
   * @param changed tables of unified that changed
   */
  async measure(tx: Transaction, step: MetricStep, changed: ReadonlySet<string>, isNewDay: boolean): Promise<Count> {
    const { fact } = step;
    const noted = fact && [`unified.${fact.from}`, calendar];
    const isOfRows = noted && step.reads.every((table) => noted.includes(table) || !changed.has(table));
    const keys = isOfRows && !(isNewDay && step.isDated) ? this.moved.get(fact.name) : null;
    const names = sql`t.metric = any (${step.names}::text[])`;
    if (!keys) return mergeRows(tx, measuredMart([step]), names);
    if (keys.length === 0) return { rowCount: 0, changedCount: 0 };
    await tx.query(sql`/* publish.stale */ create temporary table moved_key on commit drop as
      select distinct * from jsonb_to_recordset(${raw(escapeLiteral(JSON.stringify(keys)))}::jsonb) k (dimension text, connection_id text, key text)`);
    await tx.query(sql`/* publish.analyze */ analyze moved_key`);
    const within = sql`${names} and (t.dimension, t.connection_id, t.key) in (select dimension, connection_id, key from pg_temp.moved_key)`;
    const done = await mergeRows(tx, measuredMart([step], { keys: 'pg_temp.moved_key' }), within);
    await tx.query(sql`/* publish.drop */ drop table pg_temp.moved_key`);
    return done;
  }
}

const calendar = 'unified.dim_date';
const isCalendar = ({ schema, name }: Mart) => `${schema}.${name}` === calendar;

/** SQL of the keys that rows of a fact count for: those that are in `touched`, or that lie on its days. */
function keysOfRows(fact: Fact, mart: Mart): string {
  if (!isCalendar(mart)) return keysSql(fact, published, rowsIn(mart));
  const days = fact.times.map((time) => `(${fact.columns[time]}) in (select date from touched)`);
  const where = `(${fact.where ?? 'true'}) and (${days.join(' or ')})`;
  return keysSql({ ...fact, where }, published, `unified.${fact.from}`);
}

/** The rows of a mart that are in `touched`, as SQL. */
function rowsIn({ schema, name, key }: Mart): string {
  return `(select * from ${schema}.${name} where (${key.join(', ')}) in (select ${key.join(', ')} from touched))`;
}

/** SQL of the keys as rows, typed as the mart's own columns. */
export function keysOf(mart: Mart, keys: object[]): Sql {
  return sql`select ${join(mart.key.map((name) => raw(name)))}
    from jsonb_populate_recordset(null::${raw(`${mart.schema}.${mart.name}`)}, ${JSON.stringify(keys)}::jsonb)`;
}
