/** Standard, golden and quality tables become one new generation of the published view, for readers all at once. */
import sql, { empty, type Sql } from 'sql-template-tag';
import { type Mart, type Marts, type Metric, readMarts } from '../marts/read.ts';
import { named, naming, planningEach, planOnce, type Transaction } from '../db/connect.ts';
import { sizedFor } from '../db/steps.ts';
import { grantReading } from '../db/reader.ts';
import type { Definitions } from '../model/definitions.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { metricDefinitionMart, metricMart, metricViews } from './publish/metric-mart.ts';
import { mergeTable } from './publish/materialise.ts';
import { countOf, type Moved, movedSince, type Risen, risenSql, takeSql } from './publish/moved.ts';
import { addSums, extentsOf, mergePart } from './publish/part.ts';
import { shape } from './publish/shape.ts';
import { keysOf, publishedTables, Slices } from './publish/slice.ts';
import { publishWarnings } from './publish/warnings.ts';

/**
 * Publishes in one transaction: a reader in `repeatable read` sees one whole generation. Only what moved since the last one is
 * made again, row by row where the mart says how; everything in a full sync, after a change of the marts, or when much moved. A run that
 * was published already keeps its generation. `changedCount` counts rows of tables, not the line in unified.publication.
 * @throws DomainError `config-invalid` when a mart's header does not fit its select.
 */
export async function publish(context: Context, _subject = 'all'): Promise<StageResult> {
  const marts = await martsOf(context.definitions);
  return context.write(async (tx) => {
    // Runs of several orgs publish one after the other, each upon what the last one made; readers are not in its way.
    await tx.query(sql`/* publish.turn */ lock table unified.publication in share row exclusive mode`);
    // "Now" is the run's, not the server's, so that a run can be repeated.
    const now = context.clock.now();
    // Before anything is read: what moves meanwhile is published again, never missed.
    const { last, risen, isNewDay } = await readState(tx, now);
    const isShaped = last?.definition_checksum === marts.checksum;
    if (!isShaped) await shapeAll(await planningEach(tx), marts);
    const isWhole = !isShaped || context.run.mode === 'full';
    const prepared = naming(tx);
    const moved = isWhole ? null : await movedSince(tx, prepared, context.definitions, risen);
    const { tx: asked } = await sizedFor(tx, prepared, moved && countOf(moved));
    const done =
      moved === null
        ? await publishWhole(asked, context, marts)
        : await publishMoved(asked, context, marts, moved, isNewDay);
    const generation = await record(asked, context, marts.checksum, now, risen);
    return { ...done, detail: { generation }, warnings: await publishWarnings(asked) };
  });
}

/** The files are read once for each set of definitions. */
const known = new WeakMap<Definitions, Promise<Marts>>();

function martsOf(definitions: Definitions): Promise<Marts> {
  const marts = known.get(definitions) ?? readMarts(definitions.localFolder);
  known.set(definitions, marts);
  return marts;
}

type Last = { definition_checksum: string };
/** `isNewDay`: dates that the view counts from today are counted anew. */
type State = { last: Last | null; risen: Risen[]; isNewDay: boolean };

/** The day of an instant in the oldest org, whose calendar the view has. */
const dayOf = (instant: Sql): Sql => sql`(${instant} at time zone coalesce((select pipeline.zone_named(time_zone)
  from standard.organization where is_deleted is not true order by created_at, connection_id, id limit 1), 'UTC'))::date`;

/** What was published last, and what has risen since; sets what the marts call today, and that statements are planned once. */
async function readState(tx: Transaction, now: Date): Promise<State> {
  const [row] = await tx.query<{ last: (Last & { day: string }) | null; risen: Risen[]; today: string }>(
    named(sql`/* publish.state */ select set_config('assay.as_of', ${dayOf(sql`${now}::timestamptz`)}::text, true) as today, ${planOnce},
      (select to_jsonb(p) from (select definition_checksum, ${dayOf(sql`published_at`)} as day
        from unified.publication order by generation desc limit 1) p) as last, ${risenSql} as risen`),
  );
  const { last, risen, today } = row!;
  const hasOtherCalendar = risen.some(({ subject }) => subject === 'Organization');
  return { last, risen, isNewDay: last?.day !== today || hasOtherCalendar };
}

type Count = { readCount: number; changedCount: number };

async function shapeAll(tx: Transaction, marts: Marts): Promise<void> {
  const values = [metricDefinitionMart(marts.metrics), metricMart(marts.metrics)];
  // In order of creation: the metric values read the basis views, the doors read both.
  await shape(tx, [...marts.tables, ...marts.basis, ...values, ...marts.views, ...metricViews(marts.metrics)]);
  await grantReading(tx);
}

async function publishWhole(tx: Transaction, context: Context, marts: Marts): Promise<Count> {
  const count = { readCount: 0, changedCount: 0 };
  for (const mart of [...marts.tables, metricDefinitionMart(marts.metrics), metricMart(marts.metrics)]) {
    const { rowCount, changedCount } = await mergeTable(tx, mart);
    count.readCount += rowCount;
    count.changedCount += changedCount;
    report(context, mart.name, rowCount);
  }
  return count;
}

async function publishMoved(
  tx: Transaction,
  context: Context,
  marts: Marts,
  moved: Moved,
  isNewDay: boolean,
): Promise<Count> {
  const count = { readCount: 0, changedCount: 0 };
  const changed = new Set<string>();
  const summed = new Set<Metric>();
  const slices = new Slices(marts);
  const extents = await extentsOf(tx, marts.tables, moved, isNewDay);
  for (const [mart, extent] of extents) {
    if (extent.kind === 'none') continue;
    const sums = marts.metrics.filter(({ sumsOf: table }) => table === `${mart.schema}.${mart.name}`);
    const isWatched = slices.isWatched(mart);
    if (isWatched && extent.kind === 'part') await slices.note(tx, mart, keysOf(mart, extent.keys));
    const done =
      extent.kind === 'part'
        ? await mergeSummed(tx, mart, extent.keys, sums, summed)
        : await (isWatched ? slices.merge(tx, mart) : mergeTable(tx, mart));
    if (isWatched && extent.kind === 'part' && done.changedCount > 0)
      await slices.note(tx, mart, keysOf(mart, extent.keys));
    count.readCount += done.rowCount;
    count.changedCount += done.changedCount;
    if (done.changedCount > 0) changed.add(`${mart.schema}.${mart.name}`);
    report(context, mart.name, done.rowCount);
  }
  const stale = marts.metrics.filter(
    (metric) => !summed.has(metric) && publishedTables(metric.select, marts).some((table) => changed.has(table)),
  );
  if (stale.length > 0) {
    const done = await slices.measure(tx, stale);
    count.changedCount += done.changedCount;
    report(context, 'metric_value', done.rowCount);
  }
  return count;
}

/** Makes some rows again, and has metrics that are sums over the table take the difference. @param summed those that could */
async function mergeSummed(
  tx: Transaction,
  mart: Mart,
  keys: object[],
  metrics: Metric[],
  summed: Set<Metric>,
): Promise<{ rowCount: number; changedCount: number }> {
  const { changed, before } = await mergePart(tx, mart, keys, metrics);
  let changedCount = changed;
  for (const [at, metric] of metrics.entries()) {
    const gained = changed === 0 ? 0 : await addSums(tx, metric, mart, keys, before[at]!);
    if (gained === null) continue;
    summed.add(metric);
    changedCount += gained;
  }
  return { rowCount: keys.length, changedCount };
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
    insert into unified.publication (generation, run_id, published_at, definition_checksum)
    select coalesce(max(generation), 0) + 1, ${context.run.id}, ${now}, ${checksum} from unified.publication
    on conflict (run_id) do update set published_at = excluded.published_at, definition_checksum = excluded.definition_checksum
    returning generation`);
  return Number(row!.generation);
}
