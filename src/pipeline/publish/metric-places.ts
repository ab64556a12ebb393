/** Rows of facts that changed become the places they count in, by key and period, which are measured again, and no others. */
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { type Mart, partOf } from '../../marts/read.ts';
import type { Fact } from '../../metrics/fact.ts';
import { periodAfter, periodsSince, startBefore } from '../../metrics/calendar.ts';
import type { Basis } from '../../metrics/count.ts';
import { type MetricStep, published, storedTable } from '../../metrics/plan.ts';
import { mergeTable } from './materialise.ts';
import {
  type CellSet,
  cellsNow,
  makeMovedCells,
  noteCells,
  noteFound,
  refillCells,
  settleCells,
  stepSet,
  valuesOfCells,
} from './metric-cells.ts';
import { keptSql, layoutOf, reportedOn } from './metric-history.ts';
import { storedKey, storedSelect } from './metric-mart.ts';
import { beginsSince, noteOtherDay } from './other-day.ts';
import { type Followers, keysOf } from './part.ts';

type Count = { rowCount: number; changedCount: number };
/**
 * How much of a step there is to measure again; of `part` the places that were noted. `rolled`: all of it, of cells as they are kept,
 * as the last month of a period is another one.
 */
export type Reach = 'part' | 'rolled' | 'whole';
/** Beyond this many rows a metric is measured as a whole. */
const mostRows = 5000;

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

/** What a table was before it became its select. */
type Answer = {
  before: (object[] | null)[];
  following: { mart: string; key: object }[] | null;
  keys: object[] | null;
};

/** What is measured of what is tried: these bases, by these dimensions. */
export type Trial = { bases: readonly Basis[]; dimensions: readonly string[] };

/** Keeps what changed rows add, as they were and as they are, by cell, and the places that these count in, by step. */
export class MovedPlaces {
  private readonly tx: Transaction;
  private readonly steps: readonly MetricStep[];
  private readonly tables: readonly Mart[];
  private readonly sets: CellSet[];
  private readonly followers: Followers;
  private readonly trial: Trial | null;
  private readonly unknown = new Set<string>();
  private readonly daily = new Set<string>();
  private readonly reaches = new Map<string, Reach>();
  private isMade = false;

  /**
   * @param tables that facts are made of
   * @param between cells of bases between raw and clean
   * @param followers marts made of rows of these
   * @param trial what alone is measured where something is tried
   */
  constructor(
    tx: Transaction,
    steps: readonly MetricStep[],
    tables: readonly Mart[],
    between: readonly CellSet[],
    followers: Followers,
    trial: Trial | null = null,
  ) {
    this.tx = tx;
    this.steps = steps;
    this.tables = tables;
    this.trial = trial;
    this.sets = [...steps.flatMap((step) => stepSet(step, trial?.bases) ?? []), ...between];
    this.followers = followers;
  }

  /** Of days that came or went those that lie on them: other days have the periods they had. */
  private setsOf(mart: Mart): CellSet[] {
    return this.sets.filter(({ rows: { fact, time } }) =>
      isCalendar(mart) ? time !== null : fact.from === mart.name || isJoined(fact, mart),
    );
  }

  private rowsOf(set: CellSet, mart: Mart): string {
    return rowsOfSet(
      set,
      mart,
      this.tables.find(({ name }) => name === set.rows.fact.from),
    );
  }

  isWatched(mart: Mart): boolean {
    return this.setsOf(mart).length > 0 || this.followers.isWatched(mart);
  }

  /**
   * Notes what rows add that are about to change, -1, or just did, 1.
   * @param touched SQL of a table of their keys
   */
  async note(mart: Mart, touched: Sql, sign: -1 | 1, sets = this.setsOf(mart)): Promise<void> {
    await this.make();
    for (const set of sets) await noteCells(this.tx, set, sign, this.rowsOf(set, mart), touched);
    await this.followers.note(mart, touched);
  }

  /**
   * Notes what rows add that add something else on this day than on another, before any of them changes. Of steps where these are
   * many nothing is noted.
   * @param before the day that the cells are of
   */
  async noteDay(before: string): Promise<void> {
    const names = new Set(this.tables.map(({ name }) => name));
    const sets = this.sets.filter(
      ({ cells, rows: { fact } }) => cells.isDated && !cells.isRolledByDay && names.has(fact.from),
    );
    if (sets.length === 0) return;
    await this.make();
    for (const set of sets) if (await noteOtherDay(this.tx, set, before, mostRows)) this.daily.add(set.name);
  }

  /** Makes the table equal to its select, and notes what the rows that this changes add. */
  async merge(mart: Mart): Promise<Count> {
    if (isCalendar(mart)) return this.mergeCalendar(mart);
    const own = this.setsOf(mart);
    const few = sql`(select count(*) from merged) <= ${raw(String(mostRows))}`;
    // A statement does not see what it merges itself: these are the cells from before.
    const before = own.map((set) => sql`case when ${few} then ${cellsNow(set, this.rowsOf(set, mart))} end`);
    const answer = sql`jsonb_build_object('before', jsonb_build_array(${before.length > 0 ? join(before) : sql``}),
      'following', case when ${few} then ${this.followers.ask(mart)} end, 'keys', case when ${few} then (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from merged m) end)`;
    const done = await mergeTable<Answer>(this.tx, mart, answer);
    const { before: cells, following, keys: changed } = done.answer!;
    if (changed === null) {
      for (const { step } of own) this.unknown.add(step);
      this.followers.forget(mart);
    }
    if (changed === null || changed.length === 0) return done;
    await this.make();
    this.followers.take(mart, following!);
    for (const [at, set] of own.entries()) await noteFound(this.tx, set, -1, cells[at]!);
    await this.note(mart, keysOf(mart, changed), 1);
    return done;
  }

  /** As merge: a day that is another has the rows of few facts on it, and these are looked at alone. */
  private async mergeCalendar(mart: Mart): Promise<Count> {
    const days = await this.tx.query<{ date: string }>(sql`/* publish.days */ select date::text as date
      from ${raw(calendar)} t full join (${raw(mart.select)}) s using (date) where to_jsonb(t) is distinct from to_jsonb(s) limit ${mostRows + 1}`);
    if (days.length === 0) return { rowCount: 0, changedCount: 0 };
    if (days.length > mostRows) {
      for (const { step } of this.setsOf(mart)) this.unknown.add(step);
      return mergeTable(this.tx, mart);
    }
    const on = keysOf(mart, days);
    const sets: CellSet[] = [];
    for (const set of this.setsOf(mart)) {
      const [found] = await this.tx.query(sql`/* publish.days */ with touched as materialized (${on})
        select from ${raw(this.rowsOf(set, mart))} f limit 1`);
      if (found) sets.push(set);
    }
    await this.note(mart, on, -1, sets);
    const done = await mergeTable(this.tx, mart);
    await this.note(mart, on, 1, sets);
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
    await makeMovedCells(this.tx);
  }

  /** Another publication may follow in the same transaction. */
  async drop(): Promise<void> {
    if (this.isMade) await this.tx.query(sql`/* publish.drop */ drop table pg_temp.moved_place, pg_temp.moved_cell`);
  }

  /**
   * What there is to measure again.
   * @param changed tables of unified that changed
   * @param dayBefore the day of what is there, if it is another; null: whatever the day says is to be measured again
   */
  async reachOf(
    changed: ReadonlySet<string>,
    isNewDay: boolean,
    dayBefore: string | null,
  ): Promise<ReadonlyMap<string, Reach>> {
    await this.make();
    await this.tx.query(sql`/* publish.analyze */ analyze pg_temp.moved_cell`);
    const isNewPeriod = isNewDay && (dayBefore === null || (await beginsSince(this.tx, dayBefore)));
    const stepNamed = new Map(this.steps.flatMap(({ name, names }) => names.map((metric) => [metric, name])));
    for (const step of this.steps) {
      const inputs = [...new Set(step.inputs.map((input) => stepNamed.get(input)!))];
      const known = this.reachOfStep(step, inputs, changed);
      const reach = isNewDay && step.isDated ? this.reachOfDay(step, known, isNewPeriod) : known;
      if (reach !== null) this.reaches.set(step.name, reach);
      if (reach === 'part' && step.rows === null) await this.noteMadeOf(step, inputs);
      if (reach === 'part' || reach === 'rolled')
        for (const set of this.sets.filter((one) => one.step === step.name))
          await settleCells(this.tx, set, set.name === step.name ? 'pg_temp.moved_place' : null);
    }
    if (this.trial)
      await this.tx.query(
        sql`/* publish.places */ delete from pg_temp.moved_place where dimension <> all (${[...this.trial.dimensions]}::text[])`,
      );
    await this.tx.query(sql`/* publish.analyze */ analyze pg_temp.moved_place`);
    return this.reaches;
  }

  /** Of a step that is another on another day. @param known what there is to measure again whatever the day */
  private reachOfDay(step: MetricStep, known: Reach | null, isNewPeriod: boolean): Reach | null {
    if (known === 'whole') return 'whole';
    if (!isNewPeriod && (step.isDated === 'by period' || isRolled(step))) return known;
    const sets = this.sets.filter((set) => set.step === step.name && set.cells.isDated);
    if (sets.length > 0 && sets.every(({ name }) => this.daily.has(name))) return 'part';
    return isRolled(step) ? 'rolled' : 'whole';
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
    const lags = step.lags ?? [];
    // In total there is a row of each period since the first that its inputs have, and this may be another now.
    if (lags.length > 0)
      await this.tx
        .query(sql`/* publish.places */ insert into pg_temp.moved_place select ${step.name}, s.dimension, s.connection_id, s.key, q.period_kind, q.period, q.period_start
        from (
          select dimension, connection_id, key, min(period_start) as first from (
            select step, dimension, connection_id, key, period_start from ${raw(storedTable)}
            union all select step, dimension, connection_id, key, period_start from pg_temp.moved_place
          ) p where step = any (${inputs}::text[]) and dimension in ('all', 'org') and period_start is not null group by 1, 2, 3
        ) s cross join lateral ${raw(periodsSince('s.first'))} q`);
    for (const lag of lags) {
      const back = (of: string) => raw(startBefore(of, lag));
      const stored = sql`(select distinct ${row} from ${raw(storedTable)} p where p.step = any (${inputs}::text[]))`;
      const sameKey = raw(
        ['dimension', 'connection_id', 'key', 'period_kind'].map((name) => `p.${name} = m.${name}`).join(' and '),
      );
      await this.tx
        .query(sql`/* publish.places */ insert into pg_temp.moved_place select distinct m.step, m.dimension, m.connection_id, m.key, q.period_kind, q.period, q.period_start
        from pg_temp.moved_place m cross join lateral ${raw(periodAfter('m', lag))} q where m.step = ${step.name} and m.period_start is not null`);
      await this.tx
        .query(sql`/* publish.places */ insert into pg_temp.moved_place select ${readBy(step.name)}, ${row} from ${stored} p
        join pg_temp.moved_place m on m.step = ${step.name} and ${sameKey} and p.period_start = ${back('m')}`);
    }
  }

  private reachOfStep(step: MetricStep, inputs: readonly string[], changed: ReadonlySet<string>): Reach | null {
    const read = step.reads.filter((table) => changed.has(table));
    if (inputs.length > 0) {
      // Which periods there are depends on the calendar, whether or not values of its inputs moved with it.
      if (read.length > 0) return 'whole';
      const reaches = inputs.flatMap((name) => this.reaches.get(name) ?? []);
      if (reaches.length === 0) return null;
      return step.lags !== null && reaches.every((reach) => reach === 'part') ? 'part' : 'whole';
    }
    if (read.length === 0) return null;
    if (step.rows === null || this.unknown.has(step.name)) return 'whole';
    const { fact } = step.rows;
    const joined = this.tables.filter((mart) => isJoined(fact, mart)).map(({ name }) => `unified.${name}`);
    const noted = [`unified.${fact.from}`, calendar, ...joined];
    return read.every((table) => noted.includes(table)) ? 'part' : 'whole';
  }
}

/**
 * Measures a step again, as far as it reaches. What is another now goes to history as it was.
 * @param bases values of others stay as they are
 */
export async function measure(
  tx: Transaction,
  step: MetricStep,
  reach: Reach,
  bases: readonly Basis[] = published,
): Promise<Count> {
  const set = stepSet(step, bases);
  if (reach === 'whole' && set) await refillCells(tx, set);
  const keys = reach === 'part' ? placesOf([step.name]) : null;
  if (keys !== null) {
    const [found] = await tx.query(
      sql`/* publish.places */ select from pg_temp.moved_place where step = ${step.name} limit 1`,
    );
    if (!found) return { rowCount: 0, changedCount: 0 };
  }
  const only = bases.length === 1 ? bases[0]!.name : undefined;
  const select = set === null ? step.select(bases, { keys }) : valuesOfCells(set, keys, only);
  return mergeValues(tx, step.name, storedSelect([{ name: step.name, select }], bases, keys), bases, keys);
}

const value = ['period_start', 'measures', 'counts'];

/** @param keys the select gives no other places than these; null: all of the step */
async function mergeValues(
  tx: Transaction,
  step: string,
  select: string,
  bases: readonly Basis[],
  keys: string | null,
): Promise<Count> {
  const ofBases =
    bases === published ? raw('') : raw(`and t.basis in (${bases.map(({ name }) => escapeLiteral(name)).join(', ')})`);
  const same = (one: string, other: string) =>
    raw(storedKey.map((name) => `${one}.${name} = ${other}.${name}`).join(' and '));
  const rowOf = (alias: string) => `row(${value.map((name) => `${alias}.${name}`).join(', ')})`;
  const differs = raw(`${rowOf('t')} is distinct from ${rowOf('s')}`);
  const names = [...storedKey, ...value].join(', ');
  // Looked up one by one, also where whole tables are hashed.
  const old =
    keys === null
      ? sql`select t.*, t.ctid as at from ${raw(storedTable)} t where t.step = ${step} ${ofBases}`
      : sql`select t.* from ${raw(keys)} k cross join lateral (select t.*, t.ctid as at from ${raw(storedTable)} t
          where t.step = ${step} and ${raw(columns.map((name) => `t.${name} = k.${name}`).join(' and '))} ${ofBases} offset 0) t`;
  const [row] = await tx.query<{ total: number; changed: number }>(sql`/* publish.values */
    with fresh as materialized (${raw(select)}),
    old as materialized (${old}),
    before as materialized (
      select t.*, s.step is null as is_gone, ${layoutOf('t.step')} as layout
      from old t left join fresh s on ${same('t', 's')} where s.step is null or ${differs}
    ),
    kept as (${keptSql('before')}),
    gone as (delete from ${raw(storedTable)} where ctid = any (array(select at from before where is_gone)) returning 1),
    merged as (
      insert into ${raw(storedTable)} (${raw(names)}, since)
      select ${raw([...storedKey, ...value].map((name) => `s.${name}`).join(', '))}, ${reportedOn}
      from fresh s left join old t on ${same('t', 's')} where t.step is null or ${differs}
      on conflict (${raw(storedKey.join(', '))}) do update set period_start = excluded.period_start, measures = excluded.measures,
        counts = excluded.counts, since = excluded.since
      returning 1
    )
    select (select count(*) from fresh)::int as total,
      ((select count(*) from gone) + (select count(*) from merged))::int as changed`);
  return { rowCount: row!.total, changedCount: row!.changed };
}

/** Only which month is the last of a period changes with the day: what rows add is as it was. */
const isRolled = (step: MetricStep) => stepSet(step)?.cells.isDated === false;

/** SQL of the rows of the fact whose keys are in `touched`, or that lie on its days. @param table the fact's own, if it is none that shows others */
function rowsOfSet({ rows: { fact, time } }: CellSet, mart: Mart, table: Mart | undefined): string {
  const from = `unified.${fact.from} f`;
  if (isCalendar(mart))
    return `(select f.* from ${from} ${fact.joins ?? ''} where (${fact.columns[time!]}) in (select date from touched))`;
  const by = partOf(mart);
  const isIndexed =
    by.every((name, at) => table?.key[at] === name) || (by.length === 1 && table?.indexes.includes(by[0]!));
  const same = by.map((name) => `f.${name} = k.${name}`).join(' and ');
  // Looked up one by one where there is an index: of keys that come as JSON the planner knows no number. Several changed rows may
  // have one key of a part.
  if (isIndexed)
    return `(select f.* from (select distinct ${by.join(', ')} from touched) k cross join lateral (select * from ${from} where ${same} offset 0) f)`;
  return `(select f.* from ${from} where (${by.map((name) => `f.${name}`).join(', ')}) in (select ${by.join(', ')} from touched))`;
}

/** Whether each row of the fact has the key of the row of this mart that it is joined to, so that its places follow from that row. */
function isJoined({ joins }: Fact, { name, key }: Mart): boolean {
  if (joins === undefined || key.length === 0) return false;
  const on = key.map((column) => `\\1\\.${column} = f\\.${column}`).join(' and ');
  return new RegExp(`join unified\\.${name} (\\w+) on ${on}`).test(joins);
}
