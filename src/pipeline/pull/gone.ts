/** Records that left Salesforce without a trace in any export become tombstones: by its log of deletions, or by absence. */
import sql from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import { DomainError } from '../../model/errors.ts';
import type { DeletedRecord } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { stampColumn } from './land.ts';
import type { Layout } from './layout.ts';

/** A loss of permission looks like a mass deletion: above this share (and this many) nothing is believed. */
const implausibleRate = 0.2;
const implausibleCount = 100;

function stampOf(layout: Layout) {
  const column = stampColumn(layout);
  return column === undefined ? sql`null::timestamptz` : identifier('t', column);
}

/** Ids from the log of deletions; a record undeleted since has a later stamp and stays. */
export async function buryLogged(
  context: Context,
  tx: Transaction,
  layout: Layout,
  gone: DeletedRecord[],
): Promise<number> {
  if (gone.length === 0) return 0;
  const stamp = stampOf(layout);
  const [buried] = await tx.query<{ count: number }>(sql`/* pull.bury_logged */ with done as (
    update ${identifier('mirror', layout.table)} t
    set _deleted_at = d.at, _deleted_reason = 'deleted', _version = nextval('mirror.version'), _run_id = ${context.run.id}
    from (select mirror.id18(id) as id, at from unnest(${gone.map((one) => one.id)}::text[],
      ${gone.map((one) => one.deletedAt.toISOString())}::timestamptz[]) l(id, at)) d
    where t.connection_id = ${context.run.connectionId} and t.id = d.id collate "C"
      and t._deleted_at is null and (${stamp} is null or ${stamp} <= d.at)
    returning 1) select count(*)::int as count from done`);
  return buried?.count ?? 0;
}

/**
 * After all ids were read: whatever was not met and was not made after the watermark is gone.
 * @throws DomainError `rows-implausible` when that would be over a fifth of the live records, unless the run asked for a full pull.
 */
export async function buryAbsent(
  context: Context,
  tx: Transaction,
  layout: Layout,
  highWaterAt: Date,
): Promise<number> {
  const { connectionId, id, mode } = context.run;
  const table = identifier('mirror', layout.table);
  const stamp = stampOf(layout);
  // The planner has never seen these tables filled: without figures it joined row by row, minutes for 20,000 rows.
  await tx.query(sql`/* pull.analyze */ analyze ${table} (connection_id, id), mirror.seen (connection_id, object, id)`);
  const absent = sql`t.connection_id = ${connectionId} and t._deleted_at is null and (${stamp} is null or ${stamp} < ${highWaterAt})
    and not exists (select from mirror.seen s where s.connection_id = ${connectionId} and s.object = ${layout.object} and s.id = t.id)`;
  const [count] = await tx.query<{ live: number; absent: number }>(sql`/* pull.plausible */
    select count(*)::int as live, (count(*) filter (where ${absent}))::int as absent
    from ${table} t where t.connection_id = ${connectionId} and t._deleted_at is null`);
  if (count && mode !== 'full' && count.absent > implausibleCount && count.absent > implausibleRate * count.live) {
    throw new DomainError(
      'rows-implausible',
      `${count.absent} of ${count.live} live ${layout.object} records are no longer there.`,
    );
  }
  const [buried] = await tx.query<{ count: number }>(sql`/* pull.bury_absent */ with done as (
    update ${table} t set _deleted_at = ${context.clock.now()}, _deleted_reason = 'absent',
      _version = nextval('mirror.version'), _run_id = ${id}
    where ${absent} returning 1) select count(*)::int as count from done`);
  await tx.query(
    sql`/* pull.unsee */ delete from mirror.seen where connection_id = ${connectionId} and object = ${layout.object}`,
  );
  return buried?.count ?? 0;
}

/**
 * Records that a comparison of ids shows and the mirror lacks, or has as gone or older, though their stamp lies before the
 * watermark: they came into sight by a permission, and no window of changes will ever hold them.
 */
export async function countUnseen(
  context: Context,
  tx: Transaction,
  layout: Layout,
  highWaterAt: Date,
): Promise<number> {
  const { connectionId } = context.run;
  const stamp = stampOf(layout);
  const [row] = await tx.query<{ count: number }>(sql`/* pull.unseen */ select count(*)::int as count
    from mirror.seen s left join ${identifier('mirror', layout.table)} t on t.connection_id = s.connection_id and t.id = s.id
    where s.connection_id = ${connectionId} and s.object = ${layout.object} and s.stamp < ${highWaterAt}
      and not exists (select from control.forgotten f where f.connection_id = s.connection_id and f.record_id = s.id)
      and (t.id is null or t._deleted_reason in ('absent', 'forgotten') or ${stamp} < s.stamp)`);
  return row?.count ?? 0;
}
