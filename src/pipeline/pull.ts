/** An object's rows in Salesforce become typed rows of the mirror: all of them, or what changed since the watermark. */
import sql from 'sql-template-tag';
import { objectNamed } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { ExportQuery, SourceObject } from '../model/source.ts';
import type { Context } from './context.ts';
import { finish, markFilled, openCheckpoint, readWatermark, type Checkpoint, type Pass } from './pull/checkpoint.ts';
import { buryAbsent, buryLogged, countUnseen } from './pull/gone.ts';
import { disownPrograms } from './pull/history.ts';
import { layOut, type Layout } from './pull/layout.ts';
import { idsQuery, planPull, startPass, type PullPlan } from './pull/passes.ts';
import { readPass } from './pull/read.ts';
import { noteHistoryRead } from './pull/seed.ts';
import { leftOutReason } from './pull/wide.ts';
import { missingFields, schemaWarnings, silenceWarnings } from './pull/warnings.ts';

/**
 * Pulls the object named `subject`. Goes on from the checkpoint of an interrupted pull; running it again with nothing new changes nothing.
 * `detail.mode` tells whether it was `full` or `incremental`.
 * @throws DomainError `salesforce-*`, `rows-implausible`, `lease-lost`.
 */
export async function pull(given: Context, subject: string): Promise<StageResult> {
  const object = objectNamed(given.definitions, subject);
  const context = { ...given, source: given.source.metered(null) };
  try {
    return await pullOnce(context, object);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // A field was taken away between describe and query: described again, it is left out. Once; a second time is a fault.
    if (error.code === 'salesforce-field-gone') return pullOnce(context, object);
    throw error;
  }
}

async function pullOnce(
  context: Context,
  object: ObjectDefinition,
  forced: string | null = null,
): Promise<StageResult> {
  let source: SourceObject;
  try {
    source = await context.source.describe(object.name, context.signal);
  } catch (error) {
    if (object.required || !(error instanceof DomainError) || error.code !== 'salesforce-no-permission') throw error;
    return {
      readCount: 0,
      changedCount: 0,
      warnings: object.feature === null ? [`${object.name} was left out: ${error.message}`] : [],
      detail: { mode: 'skipped' },
    };
  }
  const layout = await layOut(context, object.table, source);
  await disownPrograms(context, layout);
  const plan = await planPull(context, object, layout, forced);
  const passes = await readPasses(context, layout, plan);
  const { removedCount, unseenCount } = await settle(context, layout, plan, passes);
  const warnings = [
    ...schemaWarnings(object, layout, plan),
    ...(await silenceWarnings(context, layout)),
    ...(await faultWarnings(context, layout)),
  ];
  const result = summary(context, object, layout, plan, passes, removedCount, warnings);
  if (unseenCount === 0) return result;
  // Records that no window will ever hold: all are read once more, now that the watermark is set.
  const again = await pullOnce(context, object, 'records have come into sight');
  const warning = `${unseenCount} ${object.name} record(s) are newly visible; Assay has read all of them again.`;
  return {
    readCount: result.readCount + again.readCount,
    changedCount: result.changedCount + again.changedCount,
    warnings: [...new Set([...warnings, ...(again.warnings ?? []), warning])],
    detail: { ...again.detail, unseenCount },
  };
}

async function readPasses(context: Context, layout: Layout, plan: PullPlan): Promise<Map<Pass, Checkpoint>> {
  const watermark = await readWatermark(context, layout.object);
  // Taken before the export begins. The export itself has no upper bound: rows newer than the mark are read as well, and
  // once more next time, rather than left to be seen a sync later; what counts is that the mark never runs ahead.
  const highWaterAt = await context.source.highWater(layout.source, context.signal);
  const isFull = plan.mode !== 'incremental';
  const held = watermark !== null && watermark.high_water_at > highWaterAt ? watermark.high_water_at : highWaterAt;
  const fresh = { is_full: isFull, is_first: plan.mode === 'first', high_water_at: isFull ? highWaterAt : held };
  const passes = new Map<Pass, Checkpoint>();
  const read = async (pass: Pass, query: ExportQuery) => {
    passes.set(pass, await readPass(context, layout, await startPass(context, layout, pass, query, fresh)));
  };
  const wasInterrupted = (await openCheckpoint(context, layout.object, 'rows')) !== undefined;
  for (const { pass, query } of plan.queries) await read(pass, query);
  // Rows landed before the interruption may be gone by now, and a first pull keeps no list of the ids it met.
  if (wasInterrupted && passes.get('rows')!.is_first) await read('ids', idsQuery(layout.object, plan.cursorField));
  return passes;
}

/** Deletions, the watermark and the end of the checkpoints, all in one transaction. */
async function settle(context: Context, layout: Layout, plan: PullPlan, passes: Map<Pass, Checkpoint>) {
  const rows = passes.get('rows')!;
  const { connectionId } = context.run;
  const now = context.clock.now();
  return context.write(async (tx) => {
    const ids = passes.get('ids');
    const comparesAll = ids !== undefined || (rows.is_full && !rows.is_first);
    const unseenCount = ids === undefined ? 0 : await countUnseen(context, tx, layout, rows.high_water_at);
    let removedCount = await buryLogged(context, tx, layout, plan.deleted);
    if (comparesAll) removedCount += await buryAbsent(context, tx, layout, rows.high_water_at);
    await finish(context, tx, layout.object, rows);
    if (rows.is_full)
      await markFilled(
        context,
        tx,
        layout.object,
        layout.fields.map((one) => one.field),
      );
    const history = passes.get('history');
    if (history) await noteHistoryRead(context, tx, layout.object, history.high_water_at);
    const columns = passes.get('columns');
    if (columns) await markFilled(context, tx, layout.object, columns.export.query.fields);
    await tx.query(sql`/* pull.times */ update mirror.object set
      formulas_read_at = case when ${rows.is_full || passes.has('formulas')} then ${now} else formulas_read_at end,
      ids_compared_at = case when ${rows.is_full || ids !== undefined} then ${now} else ids_compared_at end,
      history_seeded_at = coalesce(history_seeded_at, case when ${passes.has('history')} then ${now}::timestamptz end)
      where connection_id = ${connectionId} and object = ${layout.object}`);
    return { removedCount, unseenCount };
  });
}

function summary(
  context: Context,
  object: ObjectDefinition,
  layout: Layout,
  plan: PullPlan,
  passes: Map<Pass, Checkpoint>,
  removedCount: number,
  warnings: string[],
): StageResult {
  const rows = passes.get('rows')!;
  const changed = [...passes.values()].reduce((sum, { changed_count }) => sum + changed_count, 0);
  const calls = context.source.calls();
  const usage = context.source.usage();
  const formulas = layout.fields.filter((one) => one.is_calculated).map((one) => one.field);
  const missing = missingFields(
    object,
    layout.fields.map((one) => one.field),
  );
  const list = (names: string[]) => (names.length === 0 ? null : names.join(', '));
  return {
    readCount: rows.row_count,
    changedCount: changed + removedCount,
    warnings,
    detail: {
      mode: plan.mode === 'incremental' ? 'incremental' : 'full',
      why: plan.reason,
      removedCount,
      api: rows.export.api,
      apiReason: rows.export.reason,
      pageCount: [...passes.values()].reduce((sum, { page_count }) => sum + page_count, 0),
      passes: [...passes.keys()].join(', '),
      callCount: calls.rest + calls.bulk,
      dayUsedCount: usage?.usedCount ?? null,
      dayLimitCount: usage?.limitCount ?? null,
      // They move without a stamp: as old as the last full pull or refresh, not as the last sync.
      formulaFields: list(formulas),
      // Read by the definition and not visible: Read on these fields is to be granted to the Salesforce user.
      missingFields: list(missing),
      cursorField: plan.cursorField,
      highWaterAt: rows.high_water_at.toISOString(),
    },
  };
}

async function faultWarnings(context: Context, { object }: Layout): Promise<string[]> {
  const [row] = await context.db.query<{ unread: number; unfit: number; records: number }>(sql`/* pull.faulty */
    select (count(*) filter (where reason <> ${leftOutReason}))::int as unread,
      (count(*) filter (where reason = ${leftOutReason}))::int as unfit,
      (count(distinct record_id) filter (where reason = ${leftOutReason}))::int as records
    from mirror.quarantine where run_id = ${context.run.id} and connection_id = ${context.run.connectionId} and object = ${object}`);
  const { unread = 0, unfit = 0, records = 0 } = row ?? {};
  return [
    ...(unread > 0 ? [`${unread} ${object} value(s) could not be read as declared; see mirror.quarantine.`] : []),
    ...(unfit > 0
      ? [
          `${records} ${object} record(s) have more filled fields than one row of PostgreSQL holds: ${unfit} value(s) of fields ` +
            'that matter least are not mirrored; see mirror.quarantine. Fields that a connection excludes leave room for others.',
        ]
      : []),
  ];
}
