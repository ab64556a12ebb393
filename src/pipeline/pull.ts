/** An object's rows in Salesforce become typed rows of the mirror: all of them, or what changed since the watermark. */
import sql from 'sql-template-tag';
import { identifier } from '../db/identifier.ts';
import { objectNamed } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import type { StageResult } from '../model/run.ts';
import type { ExportPage, SourceObject } from '../model/source.ts';
import type { Context } from './context.ts';
import { advance, finish, forget, openCheckpoint, readWatermark, type Checkpoint } from './pull/checkpoint.ts';
import { buryAbsent, buryLogged } from './pull/gone.ts';
import { copyPage, createStage, landPage } from './pull/land.ts';
import { layOut, type Layout } from './pull/layout.ts';

/** Rows of one page: small enough to be read again without pain, and big pages were seen to hang (Estuary). */
const pageRows = 50_000;
const pageAttempts = 3;
/** Read again before the watermark, for rows that became visible later than their stamp says; Fivetran's figure. */
const overlapMilliseconds = 5 * 60_000;

/**
 * Pulls the object named `subject`. Goes on from the checkpoint of an interrupted pull; running it again with nothing new changes nothing.
 * `detail.mode` tells whether it was `full` or `incremental`.
 * @throws DomainError `salesforce-*`, `rows-implausible`, `lease-lost`.
 */
export async function pull(context: Context, subject: string): Promise<StageResult> {
  const object = objectNamed(context.definitions, subject);
  let source: SourceObject;
  try {
    source = await context.source.describe(object.name, context.signal);
  } catch (error) {
    if (object.required || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') throw error;
    return {
      readCount: 0,
      changedCount: 0,
      warnings: [`${object.name} was left out: ${error.message}`],
      detail: { mode: 'skipped' },
    };
  }
  const layout = await layOut(context, object.table, source);
  const warnings = layout.hidden.map(
    (field) => `${object.name}.${field} is no longer visible; its last values are kept.`,
  );
  const checkpoint = await start(context, layout);
  const stage = await createStage(context, layout);
  try {
    const { rowCount, changedCount } = await readPages(context, layout, stage, checkpoint);
    const gone = await settle(context, layout, checkpoint);
    const faulty = await countQuarantined(context, layout);
    if (faulty > 0)
      warnings.push(`${faulty} ${object.name} value(s) could not be read as declared; see mirror.quarantine.`);
    return {
      readCount: rowCount,
      changedCount: changedCount + gone,
      warnings,
      detail: { mode: checkpoint.is_full ? 'full' : 'incremental', removedCount: gone },
    };
  } finally {
    await context.db.query(sql`/* pull.unstage */ drop table if exists ${identifier('stage', stage)}`);
  }
}

/** The export to read: the interrupted one while Salesforce still has it and it has today's columns, else a new one. */
async function start(context: Context, layout: Layout): Promise<Checkpoint> {
  const fields = layout.fields.map((one) => one.field);
  const held = await openCheckpoint(context, layout.object);
  // What another run read whole but could not settle is stale: its absences would bury records that are back by now.
  const isOurs = held?.run_id === context.run.id || (held?.is_done === false && context.run.mode !== 'full');
  if (held && isOurs && held.fields.join() === fields.join()) {
    const resumed = await context.source.resumeExport(held.job_id, context.signal);
    if (resumed) return { ...held, total_count: resumed.rowCount };
  }
  const watermark = await readWatermark(context, layout.object);
  const cursorField = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate'].find((name) => fields.includes(name));
  const isFull = await needsFull(context, layout, watermark, cursorField);
  // Taken before the export begins. The export itself has no upper bound: rows newer than the mark are read as well, and
  // once more next time, rather than left to be seen a sync later; what counts is that the mark never runs ahead.
  const highWaterAt = await context.source.highWater(layout.source, context.signal);
  const window =
    isFull || !watermark || !cursorField
      ? null
      : { cursorField, from: new Date(watermark.getTime() - overlapMilliseconds) };
  const { jobId, rowCount } = await context.source.startExport(
    { object: layout.object, fields, window },
    context.signal,
  );
  const fresh: Checkpoint = {
    job_id: jobId,
    is_full: isFull,
    fields,
    high_water_at: watermark && watermark > highWaterAt && !isFull ? watermark : highWaterAt,
    next_locator: null,
    row_count: 0,
    changed_count: 0,
    is_done: false,
    total_count: rowCount,
  };
  await advance(context, layout.object, fresh);
  return fresh;
}

/** Full when asked for, at first, without a cursor, and when a column has come into sight whose old rows are blank. */
async function needsFull(
  context: Context,
  layout: Layout,
  watermark: Date | null,
  cursor: string | undefined,
): Promise<boolean> {
  if (context.run.mode === 'full' || !watermark || !cursor) return true;
  if (layout.fields.some((one) => !one.is_filled)) return true;
  if (!layout.source.isReplicateable) return false;
  // A log that no longer reaches back to the watermark leaves only the comparison of all ids.
  return (await context.source.deletedSince(layout.source, watermark, context.signal)) === null;
}

async function readPages(context: Context, layout: Layout, stage: string, begun: Checkpoint) {
  let checkpoint = begun;
  while (!checkpoint.is_done) {
    context.signal.throwIfAborted();
    const page = await stagePage(context, layout, stage, checkpoint);
    await checkTotal(context, layout, checkpoint, page);
    checkpoint = await context.write(async (tx) => {
      const changed = await landPage(context, tx, layout, stage, checkpoint.is_full);
      const next: Checkpoint = {
        ...checkpoint,
        next_locator: page.nextLocator,
        row_count: checkpoint.row_count + page.rowCount,
        changed_count: checkpoint.changed_count + changed,
        is_done: page.nextLocator === null,
      };
      await advance(context, layout.object, next, tx);
      return next;
    });
    context.report({
      stage: 'pull',
      subject: layout.object,
      doneCount: checkpoint.row_count,
      totalCount: checkpoint.total_count,
    });
  }
  return { rowCount: checkpoint.row_count, changedCount: checkpoint.changed_count };
}

/** The last page shows whether all pages add up. An export that does not is not read again: a new one is begun. */
async function checkTotal(context: Context, { object }: Layout, before: Checkpoint, page: ExportPage): Promise<void> {
  const rowCount = before.row_count + page.rowCount;
  if (page.nextLocator !== null || rowCount === before.total_count) return;
  await forget(context, object);
  throw new DomainError(
    'salesforce-answer-invalid',
    `The pages of ${object} have ${rowCount} rows, the job says ${before.total_count}.`,
  );
}

/** Reads one page whole into the staging table; a torn one is asked for again. */
async function stagePage(context: Context, layout: Layout, stage: string, { job_id, next_locator }: Checkpoint) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const page = await context.source.readPage(job_id, next_locator, pageRows, context.signal);
      await copyPage(context, layout, stage, page);
      return page;
    } catch (error) {
      const isTorn = error instanceof DomainError && error.code === 'salesforce-answer-invalid';
      if (!isTorn || attempt === pageAttempts) throw error;
    }
  }
}

/** Deletions, the watermark and the end of the checkpoint, all in one transaction. */
async function settle(context: Context, layout: Layout, checkpoint: Checkpoint): Promise<number> {
  const watermark = await readWatermark(context, layout.object);
  const logged =
    !checkpoint.is_full && watermark
      ? await context.source.deletedSince(layout.source, watermark, context.signal)
      : null;
  return context.write(async (tx) => {
    const gone = checkpoint.is_full
      ? await buryAbsent(context, tx, layout, checkpoint.high_water_at)
      : await buryLogged(context, tx, layout, logged ?? []);
    await finish(context, tx, layout.object, checkpoint);
    return gone;
  });
}

async function countQuarantined(context: Context, layout: Layout): Promise<number> {
  const [row] = await context.db.query<{ count: number }>(sql`/* pull.faulty */ select count(*)::int as count
    from mirror.quarantine where run_id = ${context.run.id} and connection_id = ${context.run.connectionId} and object = ${layout.object}`);
  return row?.count ?? 0;
}
