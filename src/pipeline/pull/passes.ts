/** What is known of an object becomes the passes its pull needs: all rows or the changed ones, ids, columns, formulas, history. */
import sql from 'sql-template-tag';
import { DomainError } from '../../model/errors.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { DeletedRecord, ExportQuery } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { begin, openCheckpoint, readWatermark, type Checkpoint, type Pass } from './checkpoint.ts';
import { robotsOf } from './history.ts';
import { stampFields } from './land.ts';
import type { Layout } from './layout.ts';
import { startAgain } from './read.ts';
import { historyQuery, historyReadTo } from './seed.ts';

/** Read again before the watermark, for rows that became visible later than their stamp says; Fivetran's figure. */
const overlapMilliseconds = 5 * 60_000;
const hour = 3_600_000;
/** Formulas move with the clock and with other records; a day is the nightly sync's own rhythm. */
const formulaHours = 24;
/** Hard deletes leave no log; a week bounds how long one can stay in the mirror. */
const reconcileHours = 7 * 24;

/** `first`: nothing is mirrored yet; `full`: all rows again; `incremental`: rows changed since the watermark. */
export type PullMode = 'first' | 'full' | 'incremental';

export type PullPlan = {
  mode: PullMode;
  /** Why all rows are read; null for an incremental pull. */
  reason: string | null;
  /** By what changed rows are found; null when the object has no such field. */
  cursorField: string | null;
  queries: { pass: Pass; query: ExportQuery }[];
  /** Deletions told by Salesforce's log. */
  deleted: DeletedRecord[];
};

type Times = { formulas_read_at: Date | null; ids_compared_at: Date | null; history_seeded_at: Date | null };
type Query = PullPlan['queries'][number];

/** All ids, with their stamps where the object has any. */
export function idsQuery(object: string, cursorField: string | null): ExportQuery {
  const fields = cursorField === null ? ['Id'] : ['Id', cursorField];
  return { object, fields, window: null, after: null, sliceRows: null };
}

/** `forced`: why all rows must be read though a watermark is there. */
export async function planPull(
  context: Context,
  object: ObjectDefinition,
  layout: Layout,
  forced: string | null,
): Promise<PullPlan> {
  const { run } = context;
  const watermark = await readWatermark(context, layout.object);
  const [times] = await context.db.query<Times>(sql`/* pull.times */
    select formulas_read_at, ids_compared_at, history_seeded_at from mirror.object
    where connection_id = ${run.connectionId} and object = ${layout.object}`);
  const isOlder = (at: Date | null | undefined, hours: number) =>
    !at || context.clock.now().getTime() - at.getTime() > hours * hour;

  const fields = layout.fields.map((one) => one.field);
  const cursorField = stampFields.find((name) => fields.includes(name));
  const unfilled = layout.fields.filter((one) => !one.is_filled && one.field !== 'Id').map((one) => one.field);
  const base = { object: layout.object, window: null, after: null, sliceRows: null };
  const { before, after } = await historyPasses(context, object, times?.history_seeded_at ?? null);

  const reason =
    run.mode === 'full'
      ? 'a full sync was asked for'
      : forced !== null
        ? forced
        : !watermark
          ? 'it was never pulled before'
          : cursorField === undefined
            ? 'it has no field that says when a record changed'
            : unfilled.length > fields.length / 2
              ? 'most of its fields are new'
              : null;
  if (reason !== null || !watermark || cursorField === undefined) {
    const mode = watermark ? 'full' : 'first';
    return {
      mode,
      reason,
      cursorField: cursorField ?? null,
      queries: [...before, { pass: 'rows', query: { ...base, fields } }, ...after],
      deleted: [],
    };
  }

  const from = new Date(watermark.high_water_at.getTime() - overlapMilliseconds);
  const queries: PullPlan['queries'] = [{ pass: 'rows', query: { ...base, fields, window: { cursorField, from } } }];
  if (unfilled.length > 0) queries.push({ pass: 'columns', query: { ...base, fields: ['Id', ...unfilled] } });
  const formulas = layout.fields.filter((one) => one.is_calculated && one.is_filled).map((one) => one.field);
  if (formulas.length > 0 && isOlder(times?.formulas_read_at, formulaHours)) {
    queries.push({ pass: 'formulas', query: { ...base, fields: ['Id', ...formulas] } });
  }
  const deleted = await context.source.deletedSince(layout.source, watermark.high_water_at, context.signal);
  if (object.reconcile === 'always' || deleted === null || isOlder(times?.ids_compared_at, reconcileHours)) {
    queries.push({ pass: 'ids', query: idsQuery(layout.object, cursorField) });
  }
  const all = [...before, ...queries, ...after];
  return { mode: 'incremental', reason: null, cursorField, queries: all, deleted: deleted ?? [] };
}

/**
 * Salesforce's own history once, after the rows it is of. Where programs are named also what has come since, before the rows:
 * of a record that a person and a program edited between two syncs, only it knows who wrote which field.
 */
async function historyPasses(
  context: Context,
  object: ObjectDefinition,
  seededAt: Date | null,
): Promise<{ before: Query[]; after: Query[] }> {
  if (seededAt !== null && robotsOf(context).length === 0) return { before: [], after: [] };
  const query = await historyQuery(context, object);
  if (query === null) return { before: [], after: [] };
  if (seededAt === null) return { before: [], after: [{ pass: 'history', query }] };
  const readTo = (await historyReadTo(context, object.name)) ?? seededAt;
  const from = new Date(readTo.getTime() - overlapMilliseconds);
  return {
    before: [{ pass: 'history', query: { ...query, window: { cursorField: 'CreatedDate', from } } }],
    after: [],
  };
}

/** The export to read: the interrupted one while Salesforce still has it and it has today's columns, else a new one. */
export async function startPass(
  context: Context,
  layout: Layout,
  pass: Pass,
  query: ExportQuery,
  fresh: Pick<Checkpoint, 'is_full' | 'is_first' | 'high_water_at'>,
): Promise<Checkpoint> {
  const held = await openCheckpoint(context, layout.object, pass);
  // What another run read whole but could not settle is stale: its absences would bury records that are back by now.
  const isOurs = held?.run_id === context.run.id || (held?.is_done === false && context.run.mode !== 'full');
  if (held && isOurs && held.export.query.fields.join() === query.fields.join() && held.is_full === fresh.is_full) {
    if (held.is_done) return held;
    const resumed = await context.source.resumeExport(held.export, context.signal);
    if (resumed) return { ...held, export: resumed };
    return startAgain(context, layout.object, held);
  }
  const first: Checkpoint = {
    pass,
    run_id: context.run.id,
    ...fresh,
    // What an abandoned first export landed may be gone by now: the ids of the new one say which.
    is_first: fresh.is_first && held === undefined,
    export: await startOrExplain(context, layout, query),
    next_locator: null,
    last_id: null,
    export_row_count: 0,
    row_count: 0,
    page_count: 0,
    changed_count: 0,
    is_done: false,
  };
  await begin(context, layout.object, first);
  return first;
}

/** A permission lost on an object seen a moment ago names what to grant. */
async function startOrExplain(context: Context, layout: Layout, query: ExportQuery) {
  try {
    return await context.source.startExport(query, context.signal);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'salesforce-no-permission') throw error;
    throw new DomainError(
      'salesforce-no-permission',
      `The rows of ${layout.object} may not be read (${error.message}): grant Read and View All Records on ${layout.object}.`,
      { cause: error },
    );
  }
}
