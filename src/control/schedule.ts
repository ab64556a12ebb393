/** A cron line in a time zone becomes due slots, and every due slot exactly one run. */
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { crashPoint } from '../model/crash-point.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError, type Fault } from '../model/errors.ts';
import type { RunMode } from '../model/run.ts';
import { audit, changedFields } from './audit.ts';
import { expectRevision } from './revision.ts';
import { insertRun } from './run.ts';
import { cronFault, isTimeZone, lastSlot, nextSlots } from './slot.ts';

export type ScheduleInput = {
  id: string;
  connectionId: string;
  /** Five fields, e.g. `30 2 * * *`. */
  cron: string;
  /** IANA name, e.g. `Europe/Berlin`. */
  timeZone: string;
  mode: RunMode;
  objects: string[] | null;
  isEnabled: boolean;
};
export type Schedule = ScheduleInput & {
  updatedAt: Date;
  updatedBy: string;
  revision: number;
  nextAt: Date | null;
  /** The next five; none while disabled. */
  nextTimes: Date[];
};
type Row = Omit<Schedule, 'nextAt' | 'nextTimes'> & { settledUntil: Date };

const columns = sql`id, connection_id as "connectionId", cron, time_zone as "timeZone", mode, objects,
  is_enabled as "isEnabled", settled_until as "settledUntil", updated_at as "updatedAt", updated_by as "updatedBy", revision`;

/** All schedules by id, each with the next time it is due (null when disabled). */
export async function listSchedules(db: Queryable, now: Date): Promise<Schedule[]> {
  const rows = await db.query<Row>(sql`/* schedule.list */ select ${columns} from control.schedule order by id`);
  return rows.map((row) => withNext(row, now));
}

/** @throws DomainError `not-found`. */
export async function getSchedule(db: Queryable, id: string, now: Date): Promise<Schedule> {
  const [row] = await db.query<Row>(sql`/* schedule.get */ select ${columns} from control.schedule where id = ${id}`);
  if (!row) throw new DomainError('not-found', `There is no schedule "${id}".`);
  return withNext(row, now);
}

/** Its runs stay. @throws DomainError `not-found`, `version-outdated`. */
export async function deleteSchedule(db: Db, id: string, by: Actor, expected: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.query<Row>(
      sql`/* schedule.hold */ select ${columns} from control.schedule where id = ${id} for update`,
    );
    if (!row) throw new DomainError('not-found', `There is no schedule "${id}".`);
    expectRevision(expected, row.revision);
    await tx.query(sql`/* schedule.delete */ delete from control.schedule where id = ${id}`);
    await audit(tx, by, { kind: 'schedule', id, action: 'delete', fields: [] });
  });
}

/**
 * What is given changes, the rest stays. @throws as putSchedule; `not-found`.
 */
export async function changeSchedule(
  db: Db,
  id: string,
  change: Partial<Omit<ScheduleInput, 'id'>>,
  by: Actor,
  now: Date,
  expected: number | null = null,
): Promise<Schedule> {
  const { connectionId, cron, timeZone, mode, objects, isEnabled, revision } = await getSchedule(db, id, now);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const input = { id, connectionId, cron, timeZone, mode, objects, isEnabled, ...given };
  // What was read here is what is changed: one more change in between is not undone by this one.
  return putSchedule(db, input, by, now, expected ?? revision);
}

/**
 * Creates or replaces a schedule. A changed cron line, time zone or a switching on starts from now: slots before are not
 * run. @throws DomainError `request-refused` naming each wrong field, `not-found` for an unknown connection,
 * `version-outdated` when it is not the one that was read.
 */
export async function putSchedule(
  db: Db,
  input: ScheduleInput,
  by: Actor,
  now: Date,
  expected: number | null = null,
): Promise<Schedule> {
  const faults = scheduleFaults(input);
  if (faults.length > 0) throw new DomainError('request-refused', 'The schedule is not valid.', { faults });
  return db.transaction(async (tx) => {
    const known = await tx.query(
      sql`/* schedule.connection */ select from control.connection where id = ${input.connectionId}`,
    );
    if (known.length === 0) throw new DomainError('not-found', `There is no connection "${input.connectionId}".`);
    const [before] = await tx.query<Row>(
      sql`/* schedule.hold */ select ${columns} from control.schedule where id = ${input.id} for update`,
    );
    expectRevision(expected, before?.revision ?? 0);
    const [row] = await tx.query<Row>(sql`/* schedule.put */ insert into control.schedule as s
      (id, connection_id, cron, time_zone, mode, objects, is_enabled, settled_until, updated_at, updated_by)
      values (${input.id}, ${input.connectionId}, ${input.cron}, ${input.timeZone}, ${input.mode}, ${input.objects},
        ${input.isEnabled}, ${now}, ${now}, ${actorText(by)})
      on conflict (id) do update set connection_id = excluded.connection_id, cron = excluded.cron,
        time_zone = excluded.time_zone, mode = excluded.mode, objects = excluded.objects,
        is_enabled = excluded.is_enabled, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
        revision = s.revision + 1,
        settled_until = case when (s.cron, s.time_zone, s.is_enabled) = (excluded.cron, excluded.time_zone, true)
          then s.settled_until else greatest(s.settled_until, excluded.settled_until) end
      returning ${columns}`);
    // There was none to hold: of two who make it at once, the second has changed what the first made.
    if (!before && expected !== null) expectRevision(1, row!.revision);
    const { id, ...given } = input;
    const action = before ? 'change' : 'create';
    await audit(tx, by, { kind: 'schedule', id, action, fields: changedFields(before, given) });
    return withNext(row!, now);
  });
}

/** Every fault of a schedule. */
export function scheduleFaults({ id, cron, timeZone }: Pick<ScheduleInput, 'id' | 'cron' | 'timeZone'>): Fault[] {
  const faults: Fault[] = [];
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(id)) {
    faults.push({ pointer: '/id', message: 'must be lower-case letters, digits and dashes, starting with a letter' });
  }
  if (!isTimeZone(timeZone)) {
    faults.push({ pointer: '/timeZone', message: `"${timeZone}" is not a time zone; use one like Europe/Berlin` });
  }
  const why = cronFault(cron);
  if (why !== null) {
    faults.push({ pointer: '/cron', message: `is not minute hour day month weekday, like "30 2 * * *": ${why}` });
  }
  return faults;
}

function withNext(row: Row, now: Date): Schedule {
  const { settledUntil: _, ...schedule } = row;
  const nextTimes = row.isEnabled ? nextSlots(row, now, 5) : [];
  return { ...schedule, nextAt: nextTimes[0] ?? null, nextTimes };
}

/**
 * Starts a run for every due slot and returns the run ids. A slot that meets an active run stays due and starts after it.
 */
export async function startDueSlots(db: Db, now: Date): Promise<string[]> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<Row>(sql`/* schedule.claim */ select ${columns} from control.schedule
      where is_enabled order by id for update skip locked`);
    if (rows.length > 0) crashPoint('schedule.claimed');
    const started: string[] = [];
    for (const row of rows) {
      // Of many missed slots only the last is run, however long ago it was.
      const slotAt = lastSlot(row, row.settledUntil, now);
      if (!slotAt) continue;
      const { id, connectionId, mode, objects } = row;
      const by = { kind: 'schedule', id, name: id } as const;
      const request = {
        connectionId,
        trigger: 'schedule',
        mode,
        objects,
        by,
        scheduleId: id,
        slotAt,
      } as const;
      const run = await insertRun(tx, request);
      if (!run && !(await hasRun(tx, id, slotAt))) continue;
      await tx.query(sql`/* schedule.settle */ update control.schedule set settled_until = ${slotAt} where id = ${id}`);
      if (run) started.push(run.id);
    }
    return started;
  });
}

async function hasRun(tx: Queryable, scheduleId: string, slotAt: Date): Promise<boolean> {
  const rows = await tx.query(sql`/* schedule.settled */ select from control.run
    where schedule_id = ${scheduleId} and slot_at = ${slotAt}`);
  return rows.length > 0;
}
