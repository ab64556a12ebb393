/** Rows of facts that changed become the places they count in, by key and period, which are measured again, and no others. */
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Mart } from '../../marts/read.ts';
import { placesSql } from '../../metrics/count.ts';
import type { Fact } from '../../metrics/fact.ts';
import { stepOf } from '../../metrics/derive.ts';
import { type MetricStep, published, storedTable } from '../../metrics/plan.ts';
import { mergeTable } from './materialise.ts';
import { keptSql, layoutOf, reportedOn } from './metric-history.ts';
import { storedMart } from './metric-mart.ts';
import { keysOf } from './part.ts';

type Count = { rowCount: number; changedCount: number };
/** How much of a step there is to measure again; of `part` the places that were noted. */
export type Reach = 'part' | 'whole';
/** Beyond this many rows a metric is measured as a whole. */
const mostRows = 1000;

const columns = ['dimension', 'connection_id', 'key', 'period_kind', 'period'];
const typed = `${columns.map((name) => `${name} text`).join(', ')}, period_start date`;
/** The places that a look at those of a step reads beside them. */
export const readBy = (step: string) => `${step}.before`;
const calendar = 'unified.dim_date';
const isCalendar = ({ schema, name }: Mart) => `${schema}.${name}` === calendar;

/** The places that were noted of these steps, as SQL. */
export const placesOf = (steps: readonly string[]): string =>
  `(select distinct ${columns.join(', ')} from pg_temp.moved_place where step in (${steps.map((name) => escapeLiteral(name)).join(', ')}))`;
/** Whether a row of `alias` is in one of them, as SQL. */
export const isInPlaceOf = (alias: string, steps: readonly string[]): string =>
  `(${columns.map((name) => `${alias}.${name}`).join(', ')}) in ${placesOf(steps)}`;

/** Keeps the places of changed rows, as they were and as they are, by step. */
export class MovedPlaces {
  private readonly tx: Transaction;
  private readonly steps: readonly MetricStep[];
  private readonly tables: readonly Mart[];
  private readonly unknown = new Set<string>();
  private readonly reaches = new Map<string, Reach>();
  private isMade = false;

  /** @param tables that facts are made of */
  constructor(tx: Transaction, steps: readonly MetricStep[], tables: readonly Mart[]) {
    this.tx = tx;
    this.steps = steps;
    this.tables = tables;
  }

  /** Of days that came or went those that lie on them: other days have the periods they had. */
  private stepsOf(mart: Mart): MetricStep[] {
    return this.steps.filter(
      ({ rows }) =>
        rows !== null &&
        (isCalendar(mart) ? rows.time !== null : rows.fact.from === mart.name || isJoined(rows.fact, mart)),
    );
  }

  isWatched(mart: Mart): boolean {
    return this.stepsOf(mart).length > 0;
  }

  /** Notes those of rows that are about to change, or just did. @param touched SQL of a table of their keys */
  async note(mart: Mart, touched: Sql, steps = this.stepsOf(mart)): Promise<void> {
    for (const step of steps) {
      await this.make();
      await this.tx.query(sql`/* publish.places */ with touched as materialized (${touched})
        insert into pg_temp.moved_place select ${step.name}, p.* from (${raw(placesOfRows(step, mart))}) p`);
    }
  }

  /** Makes the table equal to its select, and notes the places of what that changes. */
  async merge(mart: Mart): Promise<Count> {
    if (isCalendar(mart)) return this.mergeCalendar(mart);
    const own = this.stepsOf(mart);
    const few = sql`(select count(*) from merged) <= ${raw(String(mostRows))}`;
    // A statement does not see what it merges itself: these are the places from before.
    const before = own.map(
      (step) => sql`case when ${few} then (select coalesce(jsonb_agg(to_jsonb(p)), '[]')
        from (${raw(placesOfRows(step, mart))}) p) end`,
    );
    const answer = sql`jsonb_build_object('before', jsonb_build_array(${join(before)}),
      'keys', case when ${few} then (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from merged m) end)`;
    const done = await mergeTable<{ before: (object[] | null)[]; keys: object[] | null }>(this.tx, mart, answer);
    const { before: places, keys: changed } = done.answer!;
    if (changed === null) for (const { name } of own) this.unknown.add(name);
    if (changed === null || changed.length === 0) return done;
    for (const [at, { name }] of own.entries()) {
      await this.make();
      await this.tx.query(sql`/* publish.places */ insert into pg_temp.moved_place
        select ${name}, p.* from jsonb_to_recordset(${JSON.stringify(places[at])}::jsonb) p (${raw(typed)})`);
    }
    await this.note(mart, keysOf(mart, changed));
    return done;
  }

  /** As merge: a day that is another has the rows of few facts on it, and these are looked at alone. */
  private async mergeCalendar(mart: Mart): Promise<Count> {
    const days = await this.tx.query<{ date: string }>(sql`/* publish.days */ select date::text as date
      from ${raw(calendar)} t full join (${raw(mart.select)}) s using (date) where to_jsonb(t) is distinct from to_jsonb(s) limit ${mostRows + 1}`);
    if (days.length === 0) return { rowCount: 0, changedCount: 0 };
    if (days.length > mostRows) {
      for (const { name } of this.stepsOf(mart)) this.unknown.add(name);
      return mergeTable(this.tx, mart);
    }
    const on = keysOf(mart, days);
    const steps: MetricStep[] = [];
    for (const step of this.stepsOf(mart)) {
      const { fact, time } = step.rows!;
      const [found] = await this.tx.query(sql`/* publish.days */ with touched as materialized (${on})
        select from unified.${raw(fact.from)} f ${raw(fact.joins ?? '')}
        where (${raw(fact.columns[time!]!)}) in (select date from touched) limit 1`);
      if (found) steps.push(step);
    }
    await this.note(mart, on, steps);
    const done = await mergeTable(this.tx, mart);
    await this.note(mart, on, steps);
    return done;
  }

  /** Of this table or view nobody knows which rows changed. */
  forget(name: string): void {
    for (const step of this.steps) if (step.rows?.fact.from === name) this.unknown.add(step.name);
  }

  private async make(): Promise<void> {
    if (this.isMade) return;
    this.isMade = true;
    await this.tx.query(
      sql`/* publish.places */ create temporary table moved_place (step text, ${raw(typed)}) on commit drop`,
    );
  }

  /** What there is to measure again. @param changed tables of unified that changed */
  async reachOf(changed: ReadonlySet<string>, isNewDay: boolean): Promise<ReadonlyMap<string, Reach>> {
    await this.make();
    const stepNamed = new Map(this.steps.flatMap(({ name, names }) => names.map((metric) => [metric, name])));
    for (const step of this.steps) {
      const inputs = [...new Set(step.inputs.map((input) => stepNamed.get(input)!))];
      const reach = isNewDay && step.isDated ? 'whole' : this.reachOfStep(step, inputs, changed);
      if (reach !== null) this.reaches.set(step.name, reach);
      if (reach === 'part' && step.rows === null) await this.noteMadeOf(step, inputs);
    }
    await this.tx.query(sql`/* publish.analyze */ analyze pg_temp.moved_place`);
    return this.reaches;
  }

  /** Where its inputs moved, and where it looks back upon that. */
  private async noteMadeOf(step: MetricStep, inputs: readonly string[]): Promise<void> {
    const row = raw(
      ['dimension', 'connection_id', 'key', 'period_kind', 'period', 'period_start']
        .map((name) => `p.${name}`)
        .join(', '),
    );
    await this.tx.query(
      sql`/* publish.places */ insert into pg_temp.moved_place select distinct ${step.name}, ${row} from pg_temp.moved_place p where step = any (${inputs}::text[])`,
    );
    for (const lag of step.lags ?? []) {
      const back = (of: string) => raw(`(${of}.period_start - ${lag} * ${stepOf(of)})::date`);
      const stored = sql`(select distinct ${row} from ${raw(storedTable)} p where p.step = any (${inputs}::text[]))`;
      const sameKey = raw(
        ['dimension', 'connection_id', 'key', 'period_kind'].map((name) => `p.${name} = m.${name}`).join(' and '),
      );
      await this.tx
        .query(sql`/* publish.places */ insert into pg_temp.moved_place select ${step.name}, ${row} from ${stored} p
        join pg_temp.moved_place m on m.step = ${step.name} and ${sameKey} and m.period_start = ${back('p')}`);
      await this.tx
        .query(sql`/* publish.places */ insert into pg_temp.moved_place select ${readBy(step.name)}, ${row} from ${stored} p
        join pg_temp.moved_place m on m.step = ${step.name} and ${sameKey} and p.period_start = ${back('m')}`);
    }
  }

  private reachOfStep(step: MetricStep, inputs: readonly string[], changed: ReadonlySet<string>): Reach | null {
    const read = step.reads.filter((table) => changed.has(table));
    if (inputs.length > 0) {
      const reaches = inputs.flatMap((name) => this.reaches.get(name) ?? []);
      if (reaches.length === 0) return null;
      return step.lags !== null && !reaches.includes('whole') ? 'part' : 'whole';
    }
    if (read.length === 0) return null;
    if (step.rows === null || this.unknown.has(step.name)) return 'whole';
    const { fact } = step.rows;
    const joined = this.tables.filter((mart) => isJoined(fact, mart)).map(({ name }) => `unified.${name}`);
    const noted = [`unified.${fact.from}`, calendar, ...joined];
    return read.every((table) => noted.includes(table)) ? 'part' : 'whole';
  }
}

/** Measures a step again, as far as it reaches. What is another now goes to history as it was. */
export async function measure(tx: Transaction, step: MetricStep, reach: Reach): Promise<Count> {
  if (reach === 'whole') return mergeValues(tx, storedMart([step]), sql`t.step = ${step.name}`);
  const [found] = await tx.query(
    sql`/* publish.places */ select from pg_temp.moved_place where step = ${step.name} limit 1`,
  );
  if (!found) return { rowCount: 0, changedCount: 0 };
  const within = sql`t.step = ${step.name} and ${raw(isInPlaceOf('t', [step.name]))}`;
  return mergeValues(tx, storedMart([step], { keys: placesOf([step.name]) }), within);
}

const value = ['period_start', 'measures', 'counts'];

/** @param of condition over `t`: the select gives no other rows than these */
async function mergeValues(tx: Transaction, { select, key }: Mart, of: Sql): Promise<Count> {
  const same = raw(key.map((name) => `t.${name} = s.${name}`).join(' and '));
  const rowOf = (alias: string) => `row(${value.map((name) => `${alias}.${name}`).join(', ')})`;
  const differs = raw(`${rowOf('t')} is distinct from ${rowOf('s')}`);
  const names = [...key, ...value].join(', ');
  const [row] = await tx.query<{ total: number; changed: number }>(sql`/* publish.values */
    with fresh as materialized (${raw(select)}),
    before as materialized (
      select t.*, s.step is null as is_gone, ${layoutOf('t.step')} as layout
      from ${raw(storedTable)} t left join fresh s on ${same} where ${of} and (s.step is null or ${differs})
    ),
    kept as (${keptSql('before')}),
    gone as (delete from ${raw(storedTable)} t using before s where ${same} and s.is_gone returning 1),
    merged as (
      merge into ${raw(storedTable)} t using fresh s on ${same} and ${of}
      when matched and ${differs} then update set period_start = s.period_start, measures = s.measures, counts = s.counts,
        since = ${reportedOn}
      when not matched then insert (${raw(names)}, since) values (${raw([...key, ...value].map((name) => `s.${name}`).join(', '))}, ${reportedOn})
      returning 1
    )
    select (select count(*) from fresh)::int as total,
      ((select count(*) from gone) + (select count(*) from merged))::int as changed`);
  return { rowCount: row!.total, changedCount: row!.changed };
}

/** SQL of the places that rows of a fact count in: those that are in `touched`, or that lie on its days. */
function placesOfRows({ rows }: MetricStep, mart: Mart): string {
  const { fact, time } = rows!;
  if (!isCalendar(mart)) return placesSql(fact, time, published, rowsIn(fact.from, mart.key));
  const where = `(${fact.where ?? 'true'}) and (${fact.columns[time!]}) in (select date from touched)`;
  return placesSql({ ...fact, where }, time, published, `unified.${fact.from}`);
}

/** The rows that have one of the keys in `touched`, as SQL. */
function rowsIn(from: string, key: readonly string[]): string {
  return `(select * from unified.${from} where (${key.join(', ')}) in (select ${key.join(', ')} from touched))`;
}

/** Whether each row of the fact has the key of the row of this mart that it is joined to, so that its places follow from that row. */
function isJoined({ joins }: Fact, { name, key }: Mart): boolean {
  if (joins === undefined || key.length === 0) return false;
  const on = key.map((column) => `\\1\\.${column} = f\\.${column}`).join(' and ');
  return new RegExp(`join unified\\.${name} (\\w+) on ${on}`).test(joins);
}
