/** A browser signs in with a key or a link made for one; its cookie may what the key may, from our own pages only, while the key lives. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, revokeKey, type KeyScope } from '../../src/control/key.ts';
import { createSignInLink, sessionDays } from '../../src/control/session.ts';
import { systemActor } from '../../src/model/actor.ts';
import { type TestApi, testApi } from './api.ts';

const admin = systemActor('test');
const day = 24 * 60 * 60_000;
let api: TestApi;
let now: Date;
beforeAll(async () => {
  now = new Date('2026-11-29T08:00:00Z');
  api = await testApi({ clock: { now: () => now } });
});
afterAll(() => api.close());

const key = async (...scopes: KeyScope[]) => createKey(api.db, { name: 'Ana', scopes }, admin);
const post = (payload: object, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'POST', url: '/v1/sessions', payload, headers });
async function signIn(given: object): Promise<string> {
  const answer = await post(given);
  expect(answer.statusCode, answer.body).toBe(201);
  return String(answer.headers['set-cookie']).split(';')[0]!;
}
const ask = (cookie: string, url = '/v1/schedules', method: 'GET' | 'POST' | 'DELETE' = 'GET', more = {}) =>
  api.app.inject({ method, url, headers: { cookie, ...more } });

test('a key opens a session whose cookie no script reads and no other site sends', async () => {
  const { key: secret } = await key('data:read');
  const answer = await post({ key: secret }, { host: 'assay.example.com' });
  expect(answer.json()).toMatchObject({ name: 'Ana', scopes: ['data:read'] });
  expect(Date.parse(answer.json().expiresAt) - now.getTime()).toBe(sessionDays * day);
  const cookie = String(answer.headers['set-cookie']);
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/']) expect(cookie).toContain(part);
  expect(String((await post({ key: secret }, { host: '127.0.0.1:3000' })).headers['set-cookie'])).not.toContain(
    'Secure',
  );
  const token = cookie.split(/[=;]/)[1]!;
  expect(
    await api.db.query(sql`select from control.session s where to_jsonb(s)::text like ${`%${token}%`}`),
  ).toHaveLength(0);
});

test('a session may what its key may, and no more', async () => {
  const cookie = await signIn(await key('data:read').then(({ key: secret }) => ({ key: secret })));
  expect((await ask(cookie)).statusCode).toBe(200);
  expect((await ask(cookie, '/v1/reviews')).json()).toMatchObject({ code: 'forbidden' });
  expect((await ask('assay_session=' + 'A'.repeat(43))).json()).toMatchObject({ code: 'unauthenticated' });
  expect((await ask('assay_session=%00')).statusCode).toBe(401);
});

test('a change is taken from our own pages only', async () => {
  const cookie = await signIn({ key: (await key('runs:write')).key });
  const start = (more: object) => ask(cookie, '/v1/syncs', 'POST', { host: 'assay.example.com', ...more });
  for (const more of [
    { origin: 'https://evil.example' },
    { origin: 'https://assay.example.com.evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])
    expect((await start(more)).json(), JSON.stringify(more)).toMatchObject({ code: 'forbidden' });
  expect((await start({ origin: 'https://assay.example.com' })).statusCode).toBe(202);
  expect((await post({ key: 'x' }, { origin: 'https://evil.example' })).json()).toMatchObject({ code: 'forbidden' });
});

test('a key in the header outranks the cookie, even where it is wrong', async () => {
  const cookie = await signIn({ key: (await key('admin')).key });
  expect((await ask(cookie, '/v1/audit', 'GET', { authorization: 'Bearer nonsense' })).statusCode).toBe(401);
});

test('a link opens one session, once, until it expires', async () => {
  const { id } = await key('data:read');
  const link = await createSignInLink(api.db, id, now, 10);
  const late = await createSignInLink(api.db, id, now, 10);
  expect((await ask(await signIn({ link }))).statusCode).toBe(200);
  expect((await post({ link })).json()).toMatchObject({ code: 'unauthenticated' });
  now = new Date(now.getTime() + 11 * 60_000);
  expect((await post({ link: late })).statusCode).toBe(401);
  const revoked = await createSignInLink(api.db, id, now, 10);
  await revokeKey(api.db, id, admin, now);
  expect((await post({ link: revoked })).statusCode).toBe(401);
});

test('a session ends by sign-out here or everywhere, with its key, and with its time', async () => {
  const mine = await key('data:read');
  const [here, there, old] = [
    await signIn({ key: mine.key }),
    await signIn({ key: mine.key }),
    await signIn({ key: mine.key }),
  ];
  const out = await ask(here, '/v1/sessions/current', 'DELETE');
  expect([out.json(), String(out.headers['set-cookie'])]).toEqual([{ endedCount: 1 }, expect.stringContaining('1970')]);
  expect([(await ask(here)).statusCode, (await ask(there)).statusCode]).toEqual([401, 200]);
  expect((await ask(there, '/v1/sessions', 'DELETE')).json()).toEqual({ endedCount: 2 });
  expect([(await ask(there)).statusCode, (await ask(old)).statusCode]).toEqual([401, 401]);

  const [first, second] = [await signIn({ key: mine.key }), await signIn({ key: (await key('data:read')).key })];
  await revokeKey(api.db, mine.id, admin, now);
  expect([(await ask(first)).statusCode, (await ask(second)).statusCode]).toEqual([401, 200]);
  now = new Date(now.getTime() + sessionDays * day);
  expect((await ask(second)).statusCode).toBe(401);
});

test('sign-in and sign-out are in the audit list', async () => {
  const mine = await key('data:read');
  await ask(await signIn({ key: mine.key }), '/v1/sessions/current', 'DELETE');
  const rows = (await api.app.inject({ url: `/v1/audit?actor=key:${mine.id}`, headers: api.as('admin') })).json();
  expect(rows.data.map((row: { kind: string; action: string }) => `${row.kind} ${row.action}`)).toEqual([
    'session end',
    'session create',
  ]);
});

test.each([
  [{}, 422, 'request-refused'],
  [{ key: '' }, 400, 'request-invalid'],
  [{ key: 'a', link: 'b' }, 422, 'request-refused'],
  [{ key: 1 }, 400, 'request-invalid'],
  ['key', 415, 'request-invalid'],
])('%j is refused', async (payload, status, code) => {
  const answer = await post(payload as object);
  expect(answer.json()).toMatchObject({ status, code });
});
