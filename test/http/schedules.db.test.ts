/** Schedules over HTTP: each org has its own, with the next five times shown, edited by one at a time, deleted. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDueSlots } from '../../src/control/schedule.ts';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
const now = { at: new Date('2026-10-23T12:00:00Z') };
const other = `con_${'1'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`;
beforeAll(async () => {
  api = await testApi({ clock: { now: () => now.at } });
  await api.db.query(sql`insert into control.connection (id, name) values (${other}, 'EMEA')`);
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.query(sql`truncate control.run, control.schedule cascade`);
});

type Method = 'GET' | 'PUT' | 'PATCH' | 'DELETE';
const send = (method: Method, id: string, payload?: object, headers: Record<string, string> = {}) =>
  api.app.inject({
    method,
    url: `/v1/schedules/${id}`,
    headers: { ...api.as('admin'), ...headers },
    ...(payload ? { payload } : {}),
  });
const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };

describe('a schedule', () => {
  test('shows its next five times, once each night over the end of summer time', async () => {
    const put = await send('PUT', 'nightly', berlin);
    expect(put.statusCode).toBe(200);
    expect(put.json().nextTimes).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
      '2026-10-27T01:30:00.000Z',
      '2026-10-28T01:30:00.000Z',
    ]);
    expect((await send('GET', 'nightly')).json()).toEqual(put.json());
    const paused = await send('PATCH', 'nightly', { isEnabled: false });
    expect(paused.json()).toMatchObject({ nextAt: null, nextTimes: [], cron: '30 2 * * *', timeZone: 'Europe/Berlin' });
  });

  test('is one of an org: each org’s slot starts a sync of that org, and the list may be of one', async () => {
    await send('PUT', 'nightly', berlin);
    await send('PUT', 'nightly-emea', { ...berlin, connection: other });
    await startDueSlots(api.db, new Date('2026-10-24T00:31:00Z'));
    const runs = await api.db.query(
      sql`select connection_id as org, schedule_id as schedule from control.run order by schedule_id`,
    );
    expect(runs).toEqual([
      { org: 'default', schedule: 'nightly' },
      { org: other, schedule: 'nightly-emea' },
    ]);
    const list = await api.app.inject({ url: `/v1/schedules?connection=${other}`, headers: api.as('data:read') });
    expect(list.json().data).toMatchObject([{ id: 'nightly-emea', connectionId: other }]);
    expect((await send('PATCH', 'nightly', { connection: other })).json()).toMatchObject({ connectionId: other });
    const nobody = await send('PUT', 'x', { ...berlin, connection: `con_${'9'.repeat(36)}` });
    expect([nobody.statusCode, nobody.json().code]).toEqual([404, 'not-found']);
  });

  test.each([
    [{ cron: 'H 2 * * *' }, '"H" is no minute that every cron knows'],
    [{ cron: '*/90 * * * *' }, 'a step of the minute is from 1 to 59'],
    [{ cron: '@daily' }, 'it has 1 fields'],
  ])('of a dialect (%j) is refused with the reason, also by a change', async (wrong, why) => {
    await send('PUT', 'nightly', berlin);
    for (const answer of [await send('PUT', 'other', { ...berlin, ...wrong }), await send('PATCH', 'nightly', wrong)]) {
      expect(answer.statusCode).toBe(422);
      expect(answer.json().errors).toMatchObject([{ pointer: '/cron', message: expect.stringContaining(why) }]);
    }
    expect((await send('GET', 'nightly')).json().cron).toBe('30 2 * * *');
    expect((await send('GET', 'other')).statusCode).toBe(404);
  });

  test('that two edit at once is the first one’s; the second is told to read it again', async () => {
    const read = await send('PUT', 'nightly', berlin);
    const ifMatch = { 'if-match': String(read.headers.etag) };
    const first = await send('PATCH', 'nightly', { cron: '0 3 * * *' }, ifMatch);
    expect(first.statusCode).toBe(200);
    expect(first.headers.etag).not.toBe(read.headers.etag);
    for (const late of [
      await send('PATCH', 'nightly', { cron: '0 4 * * *' }, ifMatch),
      await send('PUT', 'nightly', { ...berlin, cron: '0 4 * * *' }, ifMatch),
      await send('DELETE', 'nightly', undefined, ifMatch),
      await send('PATCH', 'nightly', { cron: '0 4 * * *' }, { 'if-match': '"elsewhere"' }),
    ]) {
      expect([late.statusCode, late.json().code]).toEqual([412, 'version-outdated']);
    }
    expect((await send('GET', 'nightly')).json().cron).toBe('0 3 * * *');
    const again = { 'if-match': String(first.headers.etag) };
    expect((await send('PATCH', 'nightly', { cron: '0 4 * * *' }, again)).statusCode).toBe(200);
  });

  test('is deleted once, and starts nothing any more; its syncs stay', async () => {
    await send('PUT', 'nightly', berlin);
    await startDueSlots(api.db, new Date('2026-10-24T00:31:00Z'));
    const gone = await send('DELETE', 'nightly');
    expect([gone.statusCode, gone.body]).toEqual([204, '']);
    expect((await send('DELETE', 'nightly')).statusCode).toBe(404);
    expect(await startDueSlots(api.db, new Date('2026-10-26T12:00:00Z'))).toEqual([]);
    expect(await api.db.query(sql`select from control.run`)).toHaveLength(1);
  });
});
