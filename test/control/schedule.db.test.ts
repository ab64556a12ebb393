import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { cancelRun, startRun } from '../../src/control/run.ts';
import { listSchedules, putSchedule, type ScheduleInput, startDueSlots } from '../../src/control/schedule.ts';
import type { Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';
import { systemActor } from '../../src/model/actor.ts';

const nightly: ScheduleInput = {
  id: 'nightly',
  connectionId: 'default',
  cron: '30 2 * * *',
  timeZone: 'Europe/Berlin',
  mode: 'auto',
  objects: null,
  isEnabled: true,
};
const at = (iso: string) => new Date(iso);

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.query(sql`truncate control.run, control.outbox, control.schedule cascade`);
});

const slots = async () =>
  (await db.query<{ slot_at: Date }>(sql`select slot_at from control.run order by slot_at`)).map((row) =>
    row.slot_at.toISOString(),
  );
const endAll = () => db.query(sql`update control.run set state = 'succeeded'`);

it('starts a due slot once, however many tickers look', async () => {
  await putSchedule(db, nightly, systemActor('test'), at('2026-01-10T12:00:00Z'));
  expect(await startDueSlots(db, at('2026-01-11T01:29:59Z'))).toEqual([]);
  await Promise.all(Array.from({ length: 10 }, () => startDueSlots(db, at('2026-01-11T01:30:00Z'))));
  await endAll();
  expect(await startDueSlots(db, at('2026-01-11T01:35:00Z'))).toEqual([]);
  expect(await slots()).toEqual(['2026-01-11T01:30:00.000Z']);
});

it('runs a slot missed by downtime once: of many only the last, however long ago it was', async () => {
  await putSchedule(db, nightly, systemActor('test'), at('2026-01-10T12:00:00Z'));
  expect(await startDueSlots(db, at('2026-01-15T20:00:00Z'))).toHaveLength(1);
  expect(await slots()).toEqual(['2026-01-15T01:30:00.000Z']);
  await endAll();
  expect(await startDueSlots(db, at('2026-01-15T20:00:02Z'))).toEqual([]);
  // Down from Saturday evening to Monday morning; and for longer than a month.
  const slotsOf = async (cron: string, down: string, up: string) => {
    await db.query(sql`truncate control.run, control.schedule cascade`);
    await putSchedule(db, { ...nightly, cron, timeZone: 'UTC' }, systemActor('test'), at(down));
    await startDueSlots(db, at(up));
    await endAll();
    await startDueSlots(db, new Date(at(up).getTime() + 60_000));
    return slots();
  };
  expect(await slotsOf('0 2 * * 0', '2026-11-28T18:00:00Z', '2026-11-30T09:00:00Z')).toEqual([
    '2026-11-29T02:00:00.000Z',
  ]);
  expect(await slotsOf('0 3 1 * *', '2026-01-20T00:00:00Z', '2026-03-15T09:00:00Z')).toEqual([
    '2026-03-01T03:00:00.000Z',
  ]);
  expect(await slotsOf('0 3 1 * *', '2026-01-20T00:00:00Z', '2026-01-31T09:00:00Z')).toEqual([]);
});

it('keeps a slot due while another sync is active', async () => {
  await putSchedule(db, nightly, systemActor('test'), at('2026-01-10T12:00:00Z'));
  const { id } = await startRun(db, { ...nightly, trigger: 'http', by: systemActor('test') });
  expect(await startDueSlots(db, at('2026-01-11T01:30:05Z'))).toEqual([]);
  await cancelRun(db, id, systemActor('test'));
  expect(await startDueSlots(db, at('2026-01-11T01:40:00Z'))).toHaveLength(1);
});

it('keeps a missed slot when the same schedule is put again, and drops it when the cron line changes', async () => {
  await putSchedule(db, nightly, systemActor('test'), at('2026-01-10T12:00:00Z'));
  await putSchedule(db, nightly, systemActor('boot'), at('2026-01-11T06:00:00Z'));
  expect(await startDueSlots(db, at('2026-01-11T06:00:01Z'))).toHaveLength(1);
  await endAll();
  await putSchedule(db, { ...nightly, cron: '0 2 * * *' }, systemActor('test'), at('2026-01-12T06:00:00Z'));
  expect(await startDueSlots(db, at('2026-01-12T06:00:01Z'))).toEqual([]);
});

it('does nothing while disabled, nor for slots from before it was switched on again', async () => {
  await putSchedule(db, { ...nightly, isEnabled: false }, systemActor('test'), at('2026-01-10T12:00:00Z'));
  expect(await startDueSlots(db, at('2026-01-11T12:00:00Z'))).toEqual([]);
  await putSchedule(db, nightly, systemActor('test'), at('2026-01-11T12:00:00Z'));
  expect(await startDueSlots(db, at('2026-01-11T12:00:01Z'))).toEqual([]);
  expect(await listSchedules(db, at('2026-01-11T12:00:01Z'))).toMatchObject([
    { id: 'nightly', nextAt: at('2026-01-12T01:30:00Z'), updatedBy: 'system:test' },
  ]);
});

it.each([
  [{ cron: 'every night' }, '/cron'],
  [{ cron: '99 2 * * *' }, '/cron'],
  [{ cron: '* * * * * *' }, '/cron'],
  [{ cron: '0 0 31 2 *' }, '/cron'],
  [{ cron: 'H 2 * * *' }, '/cron'],
  [{ cron: '*/90 * * * *' }, '/cron'],
  [{ cron: '0 */24 * * *' }, '/cron'],
  [{ cron: '1/5 * * * *' }, '/cron'],
  [{ cron: '0 2 L * *' }, '/cron'],
  [{ cron: '0 2 15W * *' }, '/cron'],
  [{ cron: '0 2 ? * MON' }, '/cron'],
  [{ cron: '0 2 * * 1#2' }, '/cron'],
  [{ cron: '0 2 * * 5L' }, '/cron'],
  [{ cron: '@daily' }, '/cron'],
  [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
  [{ timeZone: '' }, '/timeZone'],
  [{ id: 'Nightly!' }, '/id'],
])('refuses %o', async (change, pointer) => {
  const put = putSchedule(db, { ...nightly, ...change }, systemActor('test'), new Date());
  await expect(put).rejects.toMatchObject({ code: 'request-refused', faults: [{ pointer }] });
});
