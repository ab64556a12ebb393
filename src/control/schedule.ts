/** A cron line in a time zone becomes due slots, and every due slot exactly one run. */
import { CronExpressionParser } from 'cron-parser';
import sql from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { crashPoint } from '../model/crash-point.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError, type Fault } from '../model/errors.ts';
import type { RunMode } from '../model/run.ts';
import { audit, changedFields } from './audit.ts';
import { insertRun } from './run.ts';

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
export type Schedule = ScheduleInput & { updatedAt: Date; updatedBy: string; nextAt: Date | null };
type Row = Omit<Schedule, 'nextAt'> & { settledUntil: Date };

const day = 24 * 60 * 60 * 1000;
const columns = sql`id, connection_id as "connectionId", cron, time_zone as "timeZone", mode, objects,
  is_enabled as "isEnabled", settled_until as "settledUntil", updated_at as "updatedAt", updated_by as "updatedBy"`;

/** All schedules by id, each with the next time it is due (null when disabled). */
export async function listSchedules(db: Queryable, now: Date): Promise<Schedule[]> {
  const rows = await db.query<Row>(sql`/* schedule.list */ select ${columns} from control.schedule order by id`);
  return rows.map((row) => withNext(row, now));
}

/**
 * Creates or replaces a schedule. A changed cron line, time zone or a switching on starts from now: slots before are not
 * run. @throws DomainError `request-invalid` naming each wrong field, `not-found` for an unknown connection.
 */
export async function putSchedule(db: Db, input: ScheduleInput, by: Actor, now: Date): Promise<Schedule> {
  const faults = scheduleFaults(input);
  if (faults.length > 0) throw new DomainError('request-invalid', 'The schedule is not valid.', { faults });
  return db.transaction(async (tx) => {
    const known = await tx.query(
      sql`/* schedule.connection */ select from control.connection where id = ${input.connectionId}`,
    );
    if (known.length === 0) throw new DomainError('not-found', `There is no connection "${input.connectionId}".`);
    const [before] = await tx.query<Row>(
      sql`/* schedule.hold */ select ${columns} from control.schedule where id = ${input.id} for update`,
    );
    const [row] = await tx.query<Row>(sql`/* schedule.put */ insert into control.schedule as s
      (id, connection_id, cron, time_zone, mode, objects, is_enabled, settled_until, updated_at, updated_by)
      values (${input.id}, ${input.connectionId}, ${input.cron}, ${input.timeZone}, ${input.mode}, ${input.objects},
        ${input.isEnabled}, ${now}, ${now}, ${actorText(by)})
      on conflict (id) do update set connection_id = excluded.connection_id, cron = excluded.cron,
        time_zone = excluded.time_zone, mode = excluded.mode, objects = excluded.objects,
        is_enabled = excluded.is_enabled, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
        settled_until = case when (s.cron, s.time_zone, s.is_enabled) = (excluded.cron, excluded.time_zone, true)
          then s.settled_until else greatest(s.settled_until, excluded.settled_until) end
      returning ${columns}`);
    const { id, ...given } = input;
    const action = before ? 'change' : 'create';
    await audit(tx, by, { kind: 'schedule', id, action, fields: changedFields(before, given) });
    return withNext(row!, now);
  });
}

/** Every fault of a schedule. cron-parser's own words for a bad time zone are cryptic, so Intl is asked first. */
export function scheduleFaults({ id, cron, timeZone }: Pick<ScheduleInput, 'id' | 'cron' | 'timeZone'>): Fault[] {
  const faults: Fault[] = [];
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(id)) {
    faults.push({ pointer: '/id', message: 'must be lower-case letters, digits and dashes, starting with a letter' });
  }
  if (!isTimeZone(timeZone)) {
    faults.push({ pointer: '/timeZone', message: `"${timeZone}" is not a time zone; use one like Europe/Berlin` });
  }
  try {
    if (cron.trim().split(/\s+/).length !== 5) throw new Error('it needs five fields');
    CronExpressionParser.parse(cron).next();
  } catch (error) {
    const why = (error as Error).message;
    faults.push({ pointer: '/cron', message: `is not minute hour day month weekday, like "30 2 * * *": ${why}` });
  }
  return faults;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function withNext({ id, connectionId, cron, timeZone, mode, objects, isEnabled, ...row }: Row, now: Date): Schedule {
  const nextAt = isEnabled ? nextSlot({ cron, timeZone }, now) : null;
  const { updatedAt, updatedBy } = row;
  return { id, connectionId, cron, timeZone, mode, objects, isEnabled, updatedAt, updatedBy, nextAt };
}

function nextSlot({ cron, timeZone }: Pick<Row, 'cron' | 'timeZone'>, after: Date): Date {
  return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: after }).next().toDate();
}

/**
 * The last slot in (settled, now], null when none: of many missed ones only the last is run, and none older than a day.
 * It goes forward from slot to slot: backward, the hour repeated in autumn would be found twice.
 */
export function dueSlot(row: Pick<Row, 'cron' | 'timeZone' | 'settledUntil'>, now: Date): Date | null {
  const from = new Date(Math.max(row.settledUntil.getTime(), now.getTime() - day));
  const slots = CronExpressionParser.parse(row.cron, { tz: row.timeZone, currentDate: from });
  let last: Date | null = null;
  for (let slot = slots.next().toDate(); slot <= now; slot = slots.next().toDate()) last = slot;
  return last;
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
      const slotAt = dueSlot(row, now);
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
