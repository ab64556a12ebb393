/** Standard, golden and quality tables become one new generation of the published view, for readers all at once. */
import { createHash } from 'node:crypto';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type Mart, type Marts, readMarts, tablesOf } from '../marts/read.ts';
import { few, named, naming, planningEach, planOnce, type Transaction } from '../db/connect.ts';
import { sizedFor } from '../db/steps.ts';
import { grantReading } from '../db/reader.ts';
import { bridgeDimensions } from '../metrics/bridge.ts';
import { asOf } from '../metrics/calendar.ts';
import { type MetricStep, published, stepsOf } from '../metrics/plan.ts';
import { facts } from '../metrics/read-facts.ts';
import type { Definitions } from '../model/definitions.ts';
import type { MetricDefinition } from '../model/metric.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { emptyBandMart, keepBand } from './publish/band.ts';
import { Bridges, emptyBridgeMart } from './publish/bridge.ts';
import { dealObject, hasEnded, keepLedger } from './publish/ledger.ts';
import { keepForecast } from './publish/forecast.ts';
import { keepLayouts, reopenVersions, reportedOn, thinHistory } from './publish/metric-history.ts';
import {
  availabilityMart,
  emptyStoredMart,
  measuredView,
  metricDefinitionMart,
  metricValueView,
  metricViews,
} from './publish/metric-mart.ts';
import { dropOtherCells, stepSet } from './publish/metric-cells.ts';
import { measure, MovedPlaces, type Trial } from './publish/metric-places.ts';
import { mergeTable } from './publish/materialise.ts';
import { countOf, mostSql, type Moved, movedSince, type Risen, risenSql, takeSql } from './publish/moved.ts';
import { extentsOf, Followers, keysOf, mergePart } from './publish/part.ts';
import { receiptView } from './publish/receipt-mart.ts';
import { shape } from './publish/shape.ts';
import { keepVersions } from './publish/versions.ts';
import { publishWarnings } from './publish/warnings.ts';

/**
 * Publishes in one transaction: a reader in `repeatable read` sees one whole generation. Only what moved since the last one is
 * made again, row by row where the mart says how; everything in a full sync, after a change of the marts, or when much moved. A run that
 * was published already keeps its generation. `changedCount` counts rows of tables, not the line in unified.publication.
 * @throws DomainError `config-invalid` when a mart's header does not fit its select.
 */
export async function publish(context: Context, _subject = 'all'): Promise<StageResult> {
  const publishing = await publishingOf(context.definitions);
  return context.write(async (tx) => {
    // Runs of several orgs publish one after the other, each upon what the last one made; readers are not in its way.
    await tx.query(sql`/* publish.turn */ lock table unified.publication in share row exclusive mode`);
    // "Now" is the run's, not the server's, so that a run can be repeated.
    const now = context.clock.now();
    // Before anything is read: what moves meanwhile is published again, never missed.
    const state = await readState(tx, now);
    const { last, risen, isNewDay, isNewMonth, isSameDay, most } = state;
    const isShaped = last?.definition_checksum === publishing.checksum;
    if (!isShaped) await shapeAll(await planningEach(tx), publishing);
    const isWhole = !isShaped || context.run.mode === 'full';
    const prepared = naming(tx);
    const moved = isWhole ? null : await movedSince(tx, prepared, context.definitions, risen, most);
    const { tx: asked } = await sizedFor(tx, prepared, moved && countOf(moved));
    const done =
      moved === null
        ? await publishWhole(asked, context, publishing)
        : await publishMoved(asked, context, publishing, moved, state);
    if (isSameDay) await reopenVersions(asked);
    else await thinHistory(asked, context.definitions.history, isWhole || isNewMonth);
    // Prices are of a night; between nights only what was repaired is booked.
    if (moved === null || isNewDay || (await hasEnded(asked, dealsOf(moved))))
      done.changedCount += await keepLedger(asked, publishing.metrics, { id: context.run.id, now });
    await keepForecast(asked, isWhole);
    const generation = await record(asked, context, publishing.checksum, now, risen);
    const isSmall = moved !== null && !isNewDay && countOf(moved) <= few;
    const band = await keepBand(asked, context, publishing.metrics, isSmall, (day) =>
      publishAgain(asked, context, publishing, { now, day }),
    );
    await tx.query(sql`/* publish.band */ update unified.publication set pairs_merged = ${band.pairs}, band_because = ${band.because}
      where generation = ${generation}`);
    return {
      readCount: done.readCount,
      changedCount: done.changedCount,
      detail: { generation },
      warnings: [...band.warnings, ...(await publishWarnings(asked))],
    };
  });
}

/** The files are read once for each set of definitions. */
const known = new WeakMap<Definitions, Promise<Publishing>>();

type Publishing = {
  marts: Marts;
  metrics: readonly MetricDefinition[];
  objects: readonly ObjectDefinition[];
  steps: MetricStep[];
  bridges: Bridges;
  checksum: string;
};

function publishingOf(definitions: Definitions): Promise<Publishing> {
  const publishing = known.get(definitions) ?? readPublishing(definitions);
  known.set(definitions, publishing);
  return publishing;
}

async function readPublishing({ metrics, objects }: Definitions): Promise<Publishing> {
  const marts = await readMarts();
  const steps = stepsOf(metrics, facts);
  const texts = [marts.checksum, JSON.stringify(metrics), ...steps.map((step) => step.select(published))];
  const bridges = new Bridges(metrics);
  return { marts, metrics, objects, steps, bridges, checksum: createHash('sha256').update(texts.join()).digest('hex') };
}

/** `as_of` is the day it was in the org, `reported_on` the day values go by in history, which never goes back. */
type Last = { definition_checksum: string; as_of: string; reported_on: string };
/** `isNewDay`: dates that the view counts from today are counted anew, `isNewMonth`: and what it counts from this month. `isSameDay`: something was reported on this day before. */
type Time = { isNewDay: boolean; isNewMonth: boolean };
/** `most`: rows beyond which everything is made again. `dayBefore`: the day of the last publication, where nothing but the day is another. */
type Extents = Time & { most: number; dayBefore: string | null };
type State = Extents & { last: Last | null; risen: Risen[]; isSameDay: boolean };

/** The day of an instant in the oldest org, whose calendar the view has. */
const dayOf = (instant: Sql): Sql => sql`(${instant} at time zone coalesce((select pipeline.zone_named(time_zone)
  from standard.organization where is_deleted is not true order by created_at, connection_id, id limit 1), 'UTC'))::date`;

/** What was published last, and what has risen since; sets what the marts call today, and that statements are planned once. */
async function readState(tx: Transaction, now: Date): Promise<State> {
  const [row] = await tx.query<{ last: Last | null; risen: Risen[]; today: string; reported_on: string; most: number }>(
    named(sql`/* publish.state */ select set_config('assay.as_of', ${dayOf(sql`${now}::timestamptz`)}::text, true) as today,
      set_config('assay.now', ${now.toISOString()}, true), ${planOnce},
      set_config('assay.reported_on', greatest(${dayOf(sql`${now}::timestamptz`)},
        (select max(reported_on) from unified.publication))::text, true) as reported_on,
      (select to_jsonb(p) from (select definition_checksum, as_of, reported_on
        from unified.publication order by generation desc limit 1) p) as last, ${risenSql} as risen, ${mostSql} as most`),
  );
  const { last, risen, today, reported_on: reported, most } = row!;
  const hasOtherCalendar = risen.some(({ subject }) => subject === 'Organization');
  const isSameMonth = last?.as_of.slice(0, 7) === today.slice(0, 7);
  return {
    last,
    risen,
    most,
    dayBefore: last && last.as_of !== today && !hasOtherCalendar ? last.as_of : null,
    isNewDay: last?.as_of !== today || hasOtherCalendar,
    isNewMonth: !isSameMonth || hasOtherCalendar,
    isSameDay: last?.reported_on === reported,
  };
}

/** What moved within this very publication, as reported on a day. @returns the steps of measuring whose values changed; null: too much moved */
async function publishAgain(
  tx: Transaction,
  context: Context,
  publishing: Publishing,
  { now, day }: { now: Date; day: string },
): Promise<string[] | null> {
  const { risen, most } = await readState(tx, now);
  await tx.query(sql`/* publish.day */ select set_config('assay.reported_on', ${day}, true)`);
  const moved = await movedSince(tx, naming(tx), context.definitions, risen, most);
  if (moved === null) return null;
  const { tx: asked } = await sizedFor(tx, naming(tx), countOf(moved));
  const time = { isNewDay: false, isNewMonth: false, dayBefore: null, most };
  const marts = { ...publishing.marts, tables: measuredOf(publishing) };
  return (await publishMoved(asked, context, { ...publishing, marts, bridges: null }, moved, time, trial)).steps;
}

/** What is asked of a try: raw counts no copies. */
const trial: Trial = { bases: published.filter(({ name }) => name === 'clean'), dimensions: bridgeDimensions };

/** Tables that metrics are made of, and those that these are made of. */
function measuredOf({ marts, steps }: Publishing): Mart[] {
  const needed = new Set(steps.flatMap(({ reads }) => reads));
  const all = [...marts.tables, ...marts.plain];
  const selectOf = new Map(all.map((mart) => [`${mart.schema}.${mart.name}`, mart.select]));
  for (const name of needed) for (const read of tablesOf(selectOf.get(name) ?? '')) needed.add(read);
  return marts.tables.filter(({ schema, name }) => needed.has(`${schema}.${name}`));
}

/** Deals that moved, and those whose findings did. */
function dealsOf({ records, findings }: Moved): string[] {
  const ids = [...records, ...findings.map(({ object, record_id: id }) => ({ object, id }))];
  return ids.flatMap(({ object, id }) => (object === dealObject ? [id] : []));
}

type Count = { readCount: number; changedCount: number };

async function shapeAll(tx: Transaction, { marts, metrics, objects, steps }: Publishing): Promise<void> {
  const values = [
    metricDefinitionMart(metrics),
    measuredView(steps),
    availabilityMart(metrics, objects),
    receiptView(objects),
    metricValueView,
    emptyBridgeMart,
  ];
  // In order of creation: the doors read the values, the values the facts.
  await shape(tx, [
    ...marts.tables,
    emptyStoredMart,
    emptyBandMart,
    ...marts.plain,
    ...values,
    ...marts.views,
    ...metricViews(metrics),
  ]);
  await grantReading(tx);
}

async function publishWhole(
  tx: Transaction,
  context: Context,
  { marts, metrics, objects, steps, bridges }: Publishing,
): Promise<Count> {
  const count = { readCount: 0, changedCount: 0 };
  await planHashing(tx, true);
  for (const mart of [...marts.tables, metricDefinitionMart(metrics), availabilityMart(metrics, objects)]) {
    const { rowCount, changedCount } = await mergeTable(tx, mart);
    count.readCount += rowCount;
    count.changedCount += changedCount;
    report(context, mart.name, rowCount);
  }
  await keepVersions(tx, 'all');
  count.changedCount += (await keepLayouts(tx, steps)) + (await bridges.dropOthers(tx));
  await dropOtherCells(
    tx,
    [...steps.flatMap((step) => stepSet(step) ?? []), ...bridges.cells].map(({ name }) => name),
  );
  let isCounted = true;
  for (const step of steps) {
    // Those made of others read what the counted ones just wrote.
    if (isCounted && step.inputs.length > 0) await tx.query(sql`/* publish.analyze */ analyze unified.metric_stored`);
    isCounted &&= step.inputs.length === 0;
    const { rowCount, changedCount } = await measure(tx, step, 'whole');
    count.readCount += rowCount;
    count.changedCount += changedCount;
  }
  count.changedCount += await bridges.merge(tx, new Map(steps.map(({ name }) => [name, 'whole'])));
  await planHashing(tx, false);
  report(context, 'metric_value', count.readCount);
  return count;
}

async function publishMoved(
  tx: Transaction,
  context: Context,
  { marts, metrics, objects, steps, bridges }: Omit<Publishing, 'bridges'> & { bridges: Bridges | null },
  moved: Moved,
  time: Extents,
  of: Trial | null = null,
): Promise<Count & { steps: string[] }> {
  const count = { readCount: 0, changedCount: 0 };
  const changed = new Set<string>();
  const followers = new Followers(tx, marts.tables, time.most);
  const places = new MovedPlaces(tx, steps, marts.tables, bridges?.cells ?? [], followers, of);
  const extents = await extentsOf(tx, marts.tables, moved, time);
  if (time.dayBefore !== null) await places.noteDay(time.dayBefore);
  let deals: Sql | 'all' | 'none' = 'none';
  for (const mart of marts.tables) {
    const read = tablesOf(mart.select).filter((table) => changed.has(table));
    const extent = await followers.extentOf(mart, extents.get(mart)!, read);
    if (extent.kind === 'none') continue;
    if (mart.name === 'fct_opportunity') deals = extent.kind === 'part' ? keysOf(mart, extent.keys) : 'all';
    const isWatched = places.isWatched(mart);
    if (isWatched && extent.kind === 'part') await places.note(mart, keysOf(mart, extent.keys), -1);
    const done =
      extent.kind === 'part'
        ? await mergePart(tx, mart, extent.keys)
        : await hashing(tx, () => (isWatched ? places.merge(mart) : mergeTable(tx, mart)));
    if (isWatched && extent.kind === 'part') await places.note(mart, keysOf(mart, extent.keys), 1);
    count.readCount += done.rowCount;
    count.changedCount += done.changedCount;
    if (done.changedCount > 0) changed.add(`${mart.schema}.${mart.name}`);
    report(context, mart.name, done.rowCount);
  }
  // Moves of a deal follow from its versions alone, but for the time zone of its org.
  const shown = marts.plain.filter(({ select }) => select.includes(versions)).map((mart) => ({ ...mart, key: ofDeal }));
  const noteDeals = async (deals: Sql, sign: -1 | 1) => {
    for (const mart of shown) if (places.isWatched(mart)) await places.note(mart, deals, sign);
  };
  if (deals !== 'none' && (await keepVersions(tx, deals, noteDeals)) > 0) changed.add(versions);
  // Views follow the tables they show.
  for (const { name, select } of marts.plain) {
    const read = readBy(select).filter((table) => changed.has(table));
    if (read.length === 0) continue;
    changed.add(`unified.${name}`);
    if (read.some((table) => table !== versions) || moved.tables.has('standard.organization')) places.forget(name);
  }
  const reaches = await places.reachOf(changed, time.isNewDay, time.dayBefore);
  if (reaches.size > 0) await planHashing(tx, true);
  const again = new Set<string>();
  const other: string[] = [];
  for (const step of steps) {
    const reach = reaches.get(step.name);
    const isMoved = step.inputs.length === 0 || step.isDated || step.inputs.some((name) => again.has(name));
    if (reach === undefined || !isMoved) continue;
    const done = await measure(tx, step, reach, of?.bases);
    count.changedCount += done.changedCount;
    if (done.changedCount > 0) {
      other.push(step.name);
      for (const name of step.names) again.add(name);
    }
    report(context, 'metric_value', done.rowCount);
  }
  // What lies between raw and clean may change though neither does.
  if (reaches.size > 0) {
    count.changedCount += (await bridges?.merge(tx, reaches)) ?? 0;
    await planHashing(tx, false);
  }
  await places.drop();
  const needed = availabilityMart(metrics, objects);
  if (of === null && tablesOf(needed.select).some((table) => moved.tables.has(table) || changed.has(table)))
    count.changedCount += (await mergeTable(tx, needed)).changedCount;
  return { ...count, steps: other };
}

const versions = 'history.opportunity_version';
const ofDeal = ['connection_id', 'opportunity_id'];
const readBy = (select: string) => [...tablesOf(select), ...(select.includes(versions) ? [versions] : [])];

async function hashing<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  await planHashing(tx, true);
  const done = await work();
  await planHashing(tx, false);
  return done;
}

/**
 * Whole tables are made, and values counted, in steps the planner has no statistics of: of a first night nobody has analysed
 * what was just written. Of joins by many columns it looks up one or two, and compares millions of pairs; hashed by all of them, in
 * memory, they take a fraction.
 */
async function planHashing(tx: Transaction, isOn: boolean): Promise<void> {
  const others = isOn ? 'off' : 'on';
  await tx.query(sql`/* publish.plan */ select set_config('enable_mergejoin', ${others}, true),
    set_config('enable_nestloop', ${others}, true), set_config('work_mem', '64MB', true)`);
}

function report(context: Context, subject: string, doneCount: number): void {
  context.report({ stage: 'publish', subject, doneCount, totalCount: null });
}

async function record(
  tx: Transaction,
  context: Context,
  checksum: string,
  now: Date,
  risen: readonly Risen[],
): Promise<number> {
  const taken = risen.length === 0 ? empty : sql`with taken as (${takeSql(risen)})`;
  const [row] = await tx.query<{ generation: string }>(sql`/* publish.publication */ ${taken}
    insert into unified.publication (generation, run_id, published_at, as_of, reported_on, definition_checksum)
    select coalesce(max(generation), 0) + 1, ${context.run.id}, ${now}, ${raw(asOf)}, ${reportedOn}, ${checksum} from unified.publication
    on conflict (run_id) do update set published_at = excluded.published_at, as_of = excluded.as_of, reported_on = excluded.reported_on,
      definition_checksum = excluded.definition_checksum
    returning generation`);
  return Number(row!.generation);
}
