/** Where each pass of a pull stands: the export being read and its next page, and the mark up to which everything is mirrored. */
import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../../db/connect.ts';
import { sourceExport, type Export } from '../../model/source.ts';
import type { Context } from '../context.ts';

/** rows: records; ids: which exist; columns: fields come into sight; formulas: fields that move without a stamp; history: ages. */
export type Pass = 'rows' | 'ids' | 'columns' | 'formulas' | 'history';

export type Checkpoint = {
  pass: Pass;
  run_id: string;
  is_full: boolean;
  is_first: boolean;
  high_water_at: Date;
  export: Export;
  next_locator: string | null;
  last_id: string | null;
  export_row_count: number;
  row_count: number;
  page_count: number;
  changed_count: number;
  is_done: boolean;
};

export async function openCheckpoint(
  { db, run }: Context,
  object: string,
  pass: Pass,
): Promise<Checkpoint | undefined> {
  const [row] = await db.query<Omit<Checkpoint, 'export'> & { export: unknown }>(sql`/* pull.checkpoint */
    select pass, run_id, is_full, is_first, high_water_at, export, next_locator, last_id, export_row_count::float8,
      row_count::float8, page_count::float8, changed_count::float8, is_done
    from mirror.checkpoint where connection_id = ${run.connectionId} and object = ${object} and pass = ${pass}`);
  return row && { ...row, export: sourceExport.parse(row.export) };
}

export type Watermark = { high_water_at: Date; quiet_count: number; frozen_count: number; has_moved: boolean };

export async function readWatermark({ db, run }: Context, object: string): Promise<Watermark | null> {
  const [row] = await db.query<Watermark>(sql`/* pull.watermark */
    select high_water_at, quiet_count, frozen_count, has_moved from mirror.watermark
    where connection_id = ${run.connectionId} and object = ${object}`);
  return row ?? null;
}

/** The step belongs to the rows it counts: `tx` is theirs. */
export async function advance({ run }: Context, tx: Queryable, object: string, to: Checkpoint): Promise<void> {
  await tx.query(sql`/* pull.advance */
    insert into mirror.checkpoint as c (connection_id, object, pass, run_id, is_full, is_first, high_water_at, export, next_locator,
      last_id, export_row_count, row_count, page_count, changed_count, is_done)
    values (${run.connectionId}, ${object}, ${to.pass}, ${run.id}, ${to.is_full}, ${to.is_first}, ${to.high_water_at},
      ${JSON.stringify(to.export)}::jsonb, ${to.next_locator}, ${to.last_id}, ${to.export_row_count}, ${to.row_count},
      ${to.page_count}, ${to.changed_count}, ${to.is_done})
    on conflict (connection_id, object, pass) do update set run_id = excluded.run_id, is_full = excluded.is_full,
      is_first = excluded.is_first, high_water_at = excluded.high_water_at, export = excluded.export,
      next_locator = excluded.next_locator, last_id = excluded.last_id, export_row_count = excluded.export_row_count,
      row_count = excluded.row_count, page_count = excluded.page_count, changed_count = excluded.changed_count,
      is_done = excluded.is_done`);
}

/** A new export begins: nothing has been seen of it. */
export async function begin(context: Context, object: string, first: Checkpoint): Promise<void> {
  await context.write(async (tx) => {
    if (first.pass === 'rows' || first.pass === 'ids') {
      await tx.query(sql`/* pull.unsee */ delete from mirror.seen
        where connection_id = ${context.run.connectionId} and object = ${object}`);
    }
    await advance(context, tx, object, first);
  });
}

/** Moves the watermark and drops every checkpoint of the object, in the transaction of what the pull ends with. */
export async function finish(context: Context, tx: Transaction, object: string, done: Checkpoint): Promise<void> {
  const { connectionId, id } = context.run;
  await tx.query(sql`/* pull.mark */ insert into mirror.watermark as w (connection_id, object, high_water_at, run_id)
    values (${connectionId}, ${object}, ${done.high_water_at}, ${id})
    on conflict (connection_id, object) do update set high_water_at = excluded.high_water_at, run_id = excluded.run_id,
      quiet_count = case when ${done.row_count > 0} then 0 else w.quiet_count + 1 end,
      has_moved = w.has_moved or ${!done.is_full && done.row_count > 0},
      frozen_count = case when excluded.high_water_at > w.high_water_at then 0 else w.frozen_count + 1 end`);
  await tx.query(
    sql`/* pull.done */ delete from mirror.checkpoint where connection_id = ${connectionId} and object = ${object}`,
  );
}

/** These columns hold a value of every row now. */
export async function markFilled(context: Context, tx: Transaction, object: string, fields: string[]): Promise<void> {
  await tx.query(sql`/* pull.filled */ update mirror.field set is_filled = true
    where connection_id = ${context.run.connectionId} and object = ${object} and field = any(${fields}::text[])
      and state = 'visible' and not is_filled`);
}
