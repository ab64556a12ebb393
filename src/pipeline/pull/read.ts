/** An export becomes landed pages: the next page is downloaded while this one is landed, and each is landed with its checkpoint. */
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { DomainError } from '../../model/errors.ts';
import type { ExportQuery } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { advance, begin, openCheckpoint, type Checkpoint } from './checkpoint.ts';
import { landColumns, landIds, landPage, type Landed } from './land.ts';
import type { Layout } from './layout.ts';
import { openPace, type Pace } from './pace.ts';
import { landHistory } from './seed.ts';
import { createStage, dropStage, stagePage, type Staged } from './stage.ts';

/** How often an export may be begun again before the sync gives up on it. */
const restarts = 3;

type Land = (context: Context, tx: Transaction, layout: Layout, staged: Staged, at: Checkpoint) => Promise<Landed>;

const landings: Record<Checkpoint['pass'], Land> = {
  rows: landPage,
  ids: landIds,
  columns: landColumns,
  formulas: landColumns,
  history: landHistory,
};

/**
 * Reads a pass to its end and returns its last checkpoint. An export that the source has forgotten, or whose pages do not
 * add up, is begun again: behind the last Id where it is ordered, else from its start.
 */
export async function readPass(context: Context, layout: Layout, begun: Checkpoint): Promise<Checkpoint> {
  let at = begun;
  if (at.is_done) return at;
  const fields = at.export.query.fields;
  const tables = [
    await createStage(context, layout, fields, `${at.pass}_a`),
    await createStage(context, layout, fields, `${at.pass}_b`),
  ];
  const pace = openPace(context, layout.object, at);
  try {
    for (let restart = 0; ; restart += 1) {
      try {
        return await readExports(context, layout, tables, at, pace);
      } catch (error) {
        const isLost = error instanceof DomainError && error.code === 'salesforce-export-lost';
        if (!isLost || restart === restarts) throw isLost ? gaveUp(error) : error;
        at = await restartFrom(context, layout.object, at.pass);
      }
    }
  } finally {
    for (const table of tables) await dropStage(context, table);
  }
}

function gaveUp(error: DomainError): DomainError {
  return new DomainError('salesforce-answer-invalid', error.message, { cause: error });
}

/** All slices of a pass, one export each. */
async function readExports(context: Context, layout: Layout, tables: string[], begun: Checkpoint, pace: Pace) {
  let at = begun;
  for (;;) {
    at = await readExport(context, layout, tables, at, pace);
    if (at.is_done) return at;
    // A full slice: the next one begins behind its last Id.
    const next = await context.source.startExport({ ...at.export.query, after: at.last_id }, context.signal);
    at = { ...at, export: { ...next, reason: at.export.reason }, next_locator: null, export_row_count: 0 };
    await context.write((tx) => advance(context, tx, layout.object, at));
  }
}

async function readExport(context: Context, layout: Layout, tables: string[], begun: Checkpoint, pace: Pace) {
  let at = begun;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const fetch = (locator: string | null, table: string) => {
    const ahead = stagePage(context, table, at.export, locator, signal);
    // It may fail while nobody waits for it yet.
    ahead.catch(() => {});
    return ahead;
  };
  let [here, there] = tables as [string, string];
  let ahead: Promise<Staged> | null = fetch(at.next_locator, here);
  try {
    while (ahead !== null) {
      context.signal.throwIfAborted();
      const staged: Staged = await ahead;
      [here, there] = [there, here];
      ahead = staged.nextLocator === null ? null : fetch(staged.nextLocator, here);
      at = await landStaged(context, layout, staged, at);
      pace.tell(at);
    }
    return at;
  } finally {
    stop.abort();
    await ahead?.catch(() => {});
  }
}

/** What was asked to be forgotten never lands again, though Salesforce has it still. */
async function leaveForgotten({ run }: Context, tx: Transaction, { object }: Layout, { table, fields }: Staged) {
  if (!fields.includes('Id')) return;
  await tx.query(sql`/* pull.forgotten */ delete from ${identifier('stage', table)} s using control.forgotten f
    where f.connection_id = ${run.connectionId} and f.object = ${object} and f.record_id = mirror.id18(s."Id") collate "C"`);
}

/** The page and the step of the checkpoint over it, in one transaction. */
async function landStaged(context: Context, layout: Layout, staged: Staged, at: Checkpoint): Promise<Checkpoint> {
  const isLast = staged.nextLocator === null;
  const exportRowCount = at.export_row_count + staged.rowCount;
  const { rowCount, query } = at.export;
  if (isLast && rowCount !== null && rowCount !== exportRowCount) {
    throw new DomainError(
      'salesforce-export-lost',
      `The pages of ${layout.object} have ${exportRowCount} rows, the job says ${rowCount}.`,
    );
  }
  const isFullSlice = query.sliceRows !== null && exportRowCount >= query.sliceRows;
  return context.write(async (tx) => {
    await leaveForgotten(context, tx, layout, staged);
    const { changedCount, lastId } = await landings[at.pass](context, tx, layout, staged, at);
    const next: Checkpoint = {
      ...at,
      next_locator: staged.nextLocator,
      last_id: lastId !== null && (at.last_id === null || lastId > at.last_id) ? lastId : at.last_id,
      export_row_count: exportRowCount,
      row_count: at.row_count + staged.rowCount,
      page_count: at.page_count + 1,
      changed_count: at.changed_count + changedCount,
      is_done: isLast && !isFullSlice,
    };
    await advance(context, tx, layout.object, next);
    return next;
  });
}

/** Where to go on when the export itself is gone. */
export async function restartFrom(context: Context, object: string, pass: Checkpoint['pass']): Promise<Checkpoint> {
  const held = await openCheckpoint(context, object, pass);
  if (!held) throw new DomainError('internal', `The checkpoint of ${object} is gone.`);
  return startAgain(context, object, held);
}

export async function startAgain(context: Context, object: string, held: Checkpoint): Promise<Checkpoint> {
  const { query, api } = held.export;
  // Only an ordered export has landed every row up to its last Id.
  const isOrdered = api === 'rest' || query.sliceRows !== null;
  const wanted: ExportQuery = { ...query, after: isOrdered ? (held.last_id ?? query.after) : query.after };
  const next = await context.source.startExport(wanted, context.signal);
  if (isOrdered) {
    const at = { ...held, export: next, next_locator: null, export_row_count: 0 };
    await context.write((tx) => advance(context, tx, object, at));
    return at;
  }
  // Rows of the first attempt may be gone by now: the ids of this one say which.
  const fresh = { is_first: false, next_locator: null, export_row_count: 0, row_count: 0, changed_count: 0 };
  const at = { ...held, ...fresh, export: next };
  await begin(context, object, at);
  return at;
}
