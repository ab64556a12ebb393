/** Records that left Salesforce without a trace in any export become tombstones: by its log of deletions, or by absence. */
import sql, { join } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import { DomainError } from '../../model/errors.ts';
import type { DeletedRecord } from '../../model/source.ts';
import type { Context } from '../context.ts';
import type { Layout } from './layout.ts';

/** A loss of permission looks like a mass deletion: above this share (and this many) nothing is believed. */
const implausibleRate = 0.2;
const implausibleCount = 100;

function modifiedColumn(layout: Layout) {
  const found = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate']
    .map((name) => layout.fields.find((one) => one.field === name))
    .find((one) => one !== undefined);
  return found ? sql`t.${identifier(found.column_name)}` : sql`null::timestamptz`;
}

/** Ids from the log of deletions; a record undeleted since has a later stamp and stays. */
export async function buryLogged(
  context: Context,
  tx: Transaction,
  layout: Layout,
  gone: DeletedRecord[],
): Promise<number> {
  if (gone.length === 0) return 0;
  const stamp = modifiedColumn(layout);
  const buried = await tx.query(sql`/* pull.bury_logged */
    update ${identifier('mirror', layout.table)} t
    set _deleted_at = d.at, _deleted_reason = 'deleted', _version = nextval('mirror.version'), _run_id = ${context.run.id}
    from unnest(${gone.map((one) => one.id)}::text[], ${gone.map((one) => one.deletedAt.toISOString())}::timestamptz[]) d(id, at)
    where t.connection_id = ${context.run.connectionId} and t.id = d.id collate "C"
      and t._deleted_at is null and (${stamp} is null or ${stamp} <= d.at)
    returning 1`);
  return buried.length;
}

/**
 * After a full pull: whatever it did not meet and was not made after its watermark is gone.
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
  const stamp = modifiedColumn(layout);
  // The planner has never seen these tables filled: without figures it joined row by row, minutes for 20,000 rows.
  await tx.query(sql`/* pull.analyze */ analyze ${table}, mirror.seen`);
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
  const buried = await tx.query(sql`/* pull.bury_absent */
    update ${table} t set ${join([
      sql`_deleted_at = ${context.clock.now()}`,
      sql`_deleted_reason = 'absent'`,
      sql`_version = nextval('mirror.version')`,
      sql`_run_id = ${id}`,
    ])} where ${absent} returning 1`);
  await tx.query(
    sql`/* pull.unsee */ delete from mirror.seen where connection_id = ${connectionId} and object = ${layout.object}`,
  );
  return buried.length;
}
