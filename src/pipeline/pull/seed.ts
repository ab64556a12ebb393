/** Salesforce's own history objects become the first entries of ours: the last change of each field they track. */
import sql from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import { DomainError } from '../../model/errors.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { ExportQuery } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { type Mark, markAt, putMarks } from '../marks.ts';
import type { Checkpoint } from './checkpoint.ts';
import { robotsOf } from './history.ts';
import type { Landed } from './land.ts';
import type { Layout } from './layout.ts';
import { stageColumn, type Staged } from './stage.ts';

/**
 * The query of an object's history; null when it has none, or the user may not see it: then values are as old as their
 * record says, as a bound.
 */
export async function historyQuery(context: Context, object: ObjectDefinition): Promise<ExportQuery | null> {
  if (object.history === null) return null;
  const { object: name, parent } = object.history;
  try {
    const { fields } = await context.source.describe(name, context.signal);
    const wanted = ['Id', parent, 'Field', 'CreatedDate', 'CreatedById'];
    if (!wanted.every((field) => fields.some((one) => one.name === field))) return null;
    return { object: name, fields: wanted, window: null, after: null, sliceRows: null };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'salesforce-no-permission') return null;
    throw error;
  }
}

/** Milliseconds since 1970 up to where the history was read the last time, and the time before. */
const [last, before] = ['history', 'history before'];

/**
 * Up to where it was read the time before last: of a record that was new in the last sync, its history came before it did.
 * Null: only once so far.
 */
export async function historyReadTo({ db, run }: Context, object: string): Promise<Date | null> {
  const place = { stage: 'pull', subject: object, source: before, connectionId: run.connectionId } as const;
  const [mark] = await db.query<{ at: number }>(
    sql`/* pull.history_read */ select version::float8 as at from ${markAt(place)} mark`,
  );
  return mark ? new Date(mark.at) : null;
}

export async function noteHistoryRead({ run }: Context, tx: Transaction, object: string, at: Date): Promise<void> {
  const place = { stage: 'pull', subject: object, source: last, connectionId: run.connectionId } as const;
  const to = at.getTime();
  const marks: Mark[] = [
    { ...place, source: before, version: sql`coalesce((select version from ${markAt(place)} mark), ${to})` },
    { ...place, version: to },
  ];
  await tx.query(sql`/* pull.history_mark */ ${putMarks('pull', marks)}`);
}

/**
 * Lands a page of history rows. Each is one change of one field, at a known moment by a known user: exact, not a bound.
 * Never older than what is known already. Records known longer move with what is said of them.
 */
export async function landHistory(
  context: Context,
  tx: Transaction,
  layout: Layout,
  stage: Staged,
  { export: { query } }: Checkpoint,
): Promise<Landed> {
  const parent = stage.fields[1] ?? 'ParentId';
  const isNewer = sql`(excluded.value_since >= h.value_since or h.value_since_is_bound)`;
  const isRobot = sql`left(s.by, 15) = any(${robotsOf(context)}::text[])`;
  const [greatest] = await tx.query<{ id: string | null }>(sql`/* pull.last */
    select max("Id" collate "C") as id from ${identifier('stage', stage.table)}`);
  const [done] = await tx.query<{ count: number }>(sql`/* pull.seed */ with change as (
      select s.record, s."Field" as field, max(s.at) as at, max(s.at) filter (where not ${isRobot}) as confirmed_at,
        (array_agg(s.by order by s.at desc) filter (where not ${isRobot}))[1] as confirmed_by
      from (select mirror.id18(${stageColumn(parent)}) as record, "Field", mirror.try_timestamptz("CreatedDate") as at,
        "CreatedById" as by from ${identifier('stage', stage.table)}) s
      where s.record is not null and s."Field" is not null and s.at is not null
      group by s.record, s."Field"),
    done as (insert into mirror.field_history as h
      (connection_id, object, record_id, field, value_since, value_since_is_bound, last_confirmed_at, confirmed_by)
    select ${context.run.connectionId}, ${layout.object}, c.record, c.field, c.at, false, c.confirmed_at, c.confirmed_by
    from change c join ${identifier('mirror', layout.table)} t on t.connection_id = ${context.run.connectionId} and t.id = c.record
    on conflict (connection_id, object, record_id, field) do update set
      value_since = case when ${isNewer} then excluded.value_since else h.value_since end,
      value_since_is_bound = h.value_since_is_bound and not ${isNewer},
      last_confirmed_at = greatest(excluded.last_confirmed_at, h.last_confirmed_at),
      confirmed_by = case when excluded.last_confirmed_at >= coalesce(h.last_confirmed_at, '-infinity') then excluded.confirmed_by
        else h.confirmed_by end
      where ${isNewer} or excluded.last_confirmed_at > coalesce(h.last_confirmed_at, '-infinity')
    returning record_id),
    moved as (update ${identifier('mirror', layout.table)} set _version = nextval('mirror.version')
      where connection_id = ${context.run.connectionId} and id = any (array(select record_id from done)) and ${query.window !== null})
    select count(*)::int as count from done`);
  return { changedCount: done?.count ?? 0, lastId: greatest?.id ?? null };
}
