/** Where a pull stands: the export being read and its next page, and the mark up to which everything is mirrored. */
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { Context } from '../context.ts';

export type Checkpoint = {
  job_id: string;
  is_full: boolean;
  fields: string[];
  high_water_at: Date;
  next_locator: string | null;
  row_count: number;
  changed_count: number;
  is_done: boolean;
  /** Rows of the whole export; asked of the source, not stored. */
  total_count: number;
};

export async function openCheckpoint(
  { db, run }: Context,
  object: string,
): Promise<(Checkpoint & { run_id: string }) | undefined> {
  const [row] = await db.query<Checkpoint & { run_id: string }>(sql`/* pull.checkpoint */
    select run_id, job_id, is_full, fields, high_water_at, next_locator, row_count::float8, changed_count::float8, is_done, 0 as total_count
    from mirror.checkpoint where connection_id = ${run.connectionId} and object = ${object}`);
  return row;
}

export async function readWatermark({ db, run }: Context, object: string): Promise<Date | null> {
  const [row] = await db.query<{ high_water_at: Date }>(sql`/* pull.watermark */
    select high_water_at from mirror.watermark where connection_id = ${run.connectionId} and object = ${object}`);
  return row?.high_water_at ?? null;
}

/** With `tx` the step belongs to the rows it counts; without, a new export begins and nothing has been seen of it. */
export async function advance(context: Context, object: string, to: Checkpoint, tx?: Transaction): Promise<void> {
  if (!tx) {
    return context.write(async (own) => {
      await own.query(sql`/* pull.unsee */ delete from mirror.seen
        where connection_id = ${context.run.connectionId} and object = ${object}`);
      await advance(context, object, to, own);
    });
  }
  await tx.query(sql`/* pull.advance */
    insert into mirror.checkpoint (connection_id, object, run_id, job_id, is_full, fields, high_water_at, next_locator, row_count, changed_count, is_done)
    values (${context.run.connectionId}, ${object}, ${context.run.id}, ${to.job_id}, ${to.is_full}, ${to.fields}::text[], ${to.high_water_at},
      ${to.next_locator}, ${to.row_count}, ${to.changed_count}, ${to.is_done})
    on conflict (connection_id, object) do update set run_id = excluded.run_id, job_id = excluded.job_id, is_full = excluded.is_full,
      fields = excluded.fields, high_water_at = excluded.high_water_at, next_locator = excluded.next_locator,
      row_count = excluded.row_count, changed_count = excluded.changed_count, is_done = excluded.is_done`);
}

/** Moves the watermark, drops the checkpoint, and after a full pull calls every visible column filled. */
export async function finish(context: Context, tx: Transaction, object: string, done: Checkpoint): Promise<void> {
  const { connectionId, id } = context.run;
  await tx.query(sql`/* pull.mark */ insert into mirror.watermark (connection_id, object, high_water_at, run_id)
    values (${connectionId}, ${object}, ${done.high_water_at}, ${id})
    on conflict (connection_id, object) do update set high_water_at = excluded.high_water_at, run_id = excluded.run_id`);
  await tx.query(
    sql`/* pull.done */ delete from mirror.checkpoint where connection_id = ${connectionId} and object = ${object}`,
  );
  if (done.is_full) {
    await tx.query(sql`/* pull.filled */ update mirror.field set is_filled = true
      where connection_id = ${connectionId} and object = ${object} and state = 'visible' and not is_filled`);
  }
}

/** The next pull starts an export of its own. */
export async function forget(context: Context, object: string): Promise<void> {
  await context.write((tx) =>
    tx.query(sql`/* pull.forget */ delete from mirror.checkpoint
    where connection_id = ${context.run.connectionId} and object = ${object}`),
  );
}
