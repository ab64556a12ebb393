/** A connection is deleted: its login goes at once; its records stay as they are, or are forgotten by a job. */
import sql, { raw } from 'sql-template-tag';
import { audit } from '../control/audit.ts';
import { getConnection } from '../control/connection.ts';
import { expectRevision } from '../control/revision.ts';
import { activeRunId } from '../control/run.ts';
import type { Db, Queryable } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import type { Actor } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { defaultConnectionId } from '../model/run.ts';
import { openForgetting } from './forgetting.ts';

export const fates = ['keep', 'forget'] as const;
/** Of the records: `keep` leaves mirror and golden records to be read, `forget` takes them out of everything. */
export type Fate = (typeof fates)[number];

export type DeletionPreview = {
  connectionId: string;
  /** Live records here, by object. */
  records: { object: string; recordCount: number }[];
  recordCount: number;
  /** Golden records that stand for records of this org alone, and those that stand for records of others too. */
  ownGoldenCount: number;
  sharedGoldenCount: number;
  scheduleIds: string[];
};

/** What a deletion would touch. @throws DomainError `not-found`. */
export async function previewDeletion(db: Queryable, id: string): Promise<DeletionPreview> {
  await getConnection(db, id);
  const tables = await db.query<{ object: string; table: string }>(sql`/* deletion.tables */
    select object, table_name as "table" from mirror.object where connection_id = ${id} order by 1`);
  const records = [];
  for (const { object, table } of tables) {
    const [row] = await db.query<{ count: number }>(sql`/* deletion.count */ select count(*)::int as count
      from ${identifier('mirror', table)} where connection_id = ${id} and _deleted_at is null`);
    records.push({ object, recordCount: row?.count ?? 0 });
  }
  const [golden] = await db.query<{ own: number; shared: number }>(sql`/* deletion.golden */
    select (count(*) filter (where is_own))::int as own, (count(*) filter (where not is_own))::int as shared
    from (select bool_and(connection_id = ${id}) as is_own from golden.crosswalk
      where golden_id in (select golden_id from golden.crosswalk where connection_id = ${id}) group by golden_id) g`);
  const schedules = await db.query<{ id: string }>(
    sql`/* deletion.schedules */ select id from control.schedule where connection_id = ${id} order by id`,
  );
  return {
    connectionId: id,
    records,
    recordCount: records.reduce((sum, { recordCount }) => sum + recordCount, 0),
    ownGoldenCount: golden?.own ?? 0,
    sharedGoldenCount: golden?.shared ?? 0,
    scheduleIds: schedules.map((one) => one.id),
  };
}

/**
 * Takes the login and the schedules away, so that nothing is read from the org again, and opens the forgetting.
 * @param expected the revision that whoever deletes it has seen; null: whichever stands
 * @returns its id; null when the records are kept. Deleting a kept one again with `forget` forgets what was kept.
 * @throws DomainError `not-found`; `version-outdated`; `conflict` for the default connection; `sync-already-active`.
 */
export async function deleteConnection(
  db: Db,
  id: string,
  fate: Fate,
  by: Actor,
  now: Date,
  expected: number | null,
): Promise<string | null> {
  if (id === defaultConnectionId) {
    throw new DomainError(
      'conflict',
      'The default connection belongs to the settings and stays. Give it another login, or unset SALESFORCE_LOGIN_URL.',
    );
  }
  return db.transaction(async (tx) => {
    await tx.query(sql`/* deletion.hold */ select from control.connection where id = ${id} for update`);
    expectRevision(expected, (await getConnection(tx, id)).revision);
    const active = await activeRunId(tx, id);
    if (active) {
      throw new DomainError('sync-already-active', `${active} is running. Cancel it first.`, {
        headers: { location: `/v1/syncs/${active}` },
      });
    }
    await tx.query(sql`/* deletion.login */ update control.connection set deleted_at = coalesce(deleted_at, ${now}), sealed = null,
      flow = null, login_url = null, client_id = null, username = null, org_id = null, revision = revision + 1 where id = ${id}`);
    await tx.query(sql`/* deletion.schedule */ delete from control.schedule where connection_id = ${id}`);
    await audit(tx, by, { kind: 'connection', id, action: 'delete', fields: ['deletedAt'] });
    return fate === 'forget'
      ? openForgetting(tx, { subject: 'connection', connectionId: id, reference: null }, by, now)
      : null;
  });
}

/** Notes every record of the org for erasing. @returns how many */
export async function noteWholeOrg(db: Db, forgettingId: string, connectionId: string): Promise<number> {
  const tables = await db.query<{ object: string; table: string }>(sql`/* deletion.tables */
    select object, table_name as "table" from mirror.object where connection_id = ${connectionId} order by 1`);
  let count = 0;
  for (const { object, table } of tables) {
    const noted = await db.query<{ count: number }>(sql`/* deletion.note */ with noted as (
        insert into control.forgotten (connection_id, object, record_id, forgetting_id)
        select ${connectionId}, ${object}, id, ${forgettingId} from ${identifier('mirror', table)} where connection_id = ${connectionId}
        on conflict (connection_id, record_id) do update set forgetting_id = excluded.forgetting_id returning 1)
      select count(*)::int as count from noted`);
    count += noted[0]?.count ?? 0;
  }
  await db.query(
    sql`/* deletion.noted */ update control.forgetting set record_count = ${count} where id = ${forgettingId}`,
  );
  return count;
}

/** Schemas whose rows of an org go with it, once nothing is made of them any more. Runs and the audit list stay: they hold ids. */
const emptied = ['mirror', 'standard', 'match', 'quality', 'pipeline', 'history'];

/** The tombstones, and everything else that is kept by org. */
export async function dropOrg(db: Db, forgettingId: string, connectionId: string): Promise<void> {
  const tables = await db.query<{ schema: string; table: string }>(sql`/* deletion.kept */
    select n.nspname as schema, c.relname as "table" from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'connection_id' and not a.attisdropped
    where c.relkind = 'r' and n.nspname = any(${emptied})
    order by c.relname = 'object' and n.nspname = 'mirror', 1, 2`);
  for (const { schema, table } of tables) {
    await db.query(
      sql`/* deletion.drop */ delete from ${raw(identifier(schema, table).sql)} where connection_id = ${connectionId}`,
    );
  }
  await db.query(sql`/* deletion.records */ delete from control.forgotten where forgetting_id = ${forgettingId}`);
  await db.query(sql`/* deletion.names */ update control.connection set name = id, org_name = null, instance_url = null,
    instance_name = null where id = ${connectionId}`);
}
