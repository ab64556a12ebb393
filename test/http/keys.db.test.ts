/** Keys over HTTP: made with scopes and an end, listed with their use, rotated with a grace, revoked with their streams. */
import type { AddressInfo } from 'node:net';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey, isKeyValid, type KeyScope, rotateKey } from '../../src/control/key.ts';
import { systemActor } from '../../src/model/actor.ts';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
const now = { at: new Date() };
beforeAll(async () => {
  api = await testApi({ clock: { now: () => now.at } });
});
afterAll(() => api.close());

const day = 24 * 3600 * 1000;
const later = (milliseconds: number) => new Date(now.at.getTime() + milliseconds).toISOString();
const send = (method: 'GET' | 'POST', url: string, payload?: object, as: KeyScope = 'admin') =>
  api.app.inject({ method, url, headers: api.as(as), ...(payload ? { payload } : {}) });
const me = (key: string) => api.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${key}` } });
const make = async (wanted: object) => (await send('POST', '/v1/keys', { scopes: ['data:read'], ...wanted })).json();

describe('a key', () => {
  test('is made with its scopes and its end, shown once, and says who holds it', async () => {
    const answer = await send('POST', '/v1/keys', {
      name: 'report',
      scopes: ['data:read', 'pii:read'],
      expiresAt: later(day),
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { id, key } = answer.json();
    expect((await me(key)).json()).toEqual({
      kind: 'key',
      id,
      name: 'report',
      scopes: ['data:read', 'pii:read'],
      expiresAt: later(day),
    });
    const list = await send('GET', '/v1/keys?limit=1');
    expect(list.json().data).toMatchObject([{ id, name: 'report', prefix: key.slice(0, 12), revokedAt: null }]);
    expect(list.body).not.toContain(key.slice(12));
    // Used by the request for /v1/me.
    expect(list.json().data[0].lastUsedAt).toBe(now.at.toISOString());
    expect((await send('GET', '/v1/audit?kind=key&limit=1')).json().data).toMatchObject([
      { action: 'create', subjectId: id, actor: { kind: 'key', name: 'admin' } },
    ]);
  });

  test.each([
    [{ name: '' }, '/name', 400],
    [{ scopes: [] }, '/scopes', 400],
    [{ scopes: ['root'] }, '/scopes/0', 400],
    [{ scopes: ['admin', 'admin'] }, '/scopes', 422],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt', 422],
    [{ expiresAt: 'never' }, '/expiresAt', 400],
    [{ expiresAt: '2036-02-30T00:00:00Z' }, '/expiresAt', 422],
    [{ expiresAt: '2036-02-28T00:00:00+19:00' }, '/expiresAt', 400],
    [{ expiresAt: '0001-01-01T00:00:00Z' }, '/expiresAt', 400],
  ])('of %j is not made: %s is named', async (wrong, pointer, status) => {
    const answer = await send('POST', '/v1/keys', { name: 'x', scopes: ['data:read'], ...wrong });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().errors[0]).toMatchObject({ pointer });
  });

  test.each<KeyScope>(['data:read', 'pii:read', 'runs:write', 'reviews:write', 'config:write'])(
    'with %s makes, lists and revokes none, and knows itself',
    async (as) => {
      expect((await send('POST', '/v1/keys', { name: 'x', scopes: ['admin'] }, as)).statusCode).toBe(403);
      expect((await send('GET', '/v1/keys', undefined, as)).statusCode).toBe(403);
      expect((await send('GET', '/v1/me', undefined, as)).json()).toMatchObject({ name: as, scopes: [as] });
    },
  );

  test('is revoked once and for all, by whom is kept, and again is fine; an unknown one is none', async () => {
    const { id, key } = await make({ name: 'gone' });
    const url = `/v1/keys/${id}/revoke`;
    const first = await send('POST', url);
    expect(first.json()).toMatchObject({
      id,
      revokedAt: now.at.toISOString(),
      revokedBy: expect.stringMatching(/^key:key_/),
    });
    expect((await send('POST', url)).json()).toEqual(first.json());
    expect((await me(key)).statusCode).toBe(401);
    const unknown = await send('POST', `/v1/keys/key_${'0'.repeat(36)}/revoke`);
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'not-found']);
  });

  test('is rotated: the new one lives as long as the old one did, the old one for the grace', async () => {
    const { id, key } = await make({ name: 'nightly', expiresAt: later(90 * day) });
    await api.db.query(sql`update control.api_key set created_at = ${now.at} where id = ${id}`);
    now.at = new Date(now.at.getTime() + 30 * day);
    const answer = await send('POST', `/v1/keys/${id}/rotate`, { graceSeconds: 60 });
    expect(answer.statusCode).toBe(201);
    const next = answer.json();
    expect(next).toMatchObject({ name: 'nightly', scopes: ['data:read'], expiresAt: later(90 * day) });
    expect([(await me(key)).statusCode, (await me(next.key)).statusCode]).toEqual([200, 200]);
    const again = await send('POST', `/v1/keys/${id}/rotate`);
    expect([again.statusCode, again.json().code]).toEqual([409, 'conflict']);
    now.at = new Date(now.at.getTime() + 61_000);
    expect([(await me(key)).statusCode, (await me(next.key)).statusCode]).toEqual([401, 200]);
    const { data } = (await send('GET', '/v1/keys')).json();
    expect(data.find((one: { id: string }) => one.id === id)).toMatchObject({ replacedBy: next.id });
  });

  test('that ends sooner than the grace does not live longer for it', async () => {
    const made = await createKey(
      api.db,
      { name: 'short', scopes: [], expiresAt: new Date(now.at.getTime() + 1000) },
      systemActor('test'),
    );
    await rotateKey(api.db, made.id, 3600, systemActor('test'), now.at);
    expect(await isKeyValid(api.db, made.id, new Date(now.at.getTime() + 999))).toBe(true);
    expect(await isKeyValid(api.db, made.id, new Date(now.at.getTime() + 1001))).toBe(false);
  });
});

test('the list is paged without a gap, the newest first', async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { data: { id: string }[]; nextCursor: string | null } = (
      await send('GET', `/v1/keys?limit=3${cursor && `&cursor=${cursor}`}`)
    ).json();
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  const all = await api.db.query<{ id: string }>(sql`select id from control.api_key order by id desc`);
  expect(seen).toEqual(all.map(({ id }) => id));
});

describe('a stream', () => {
  const follow = async (headers: Record<string, string>, end: () => Promise<unknown>) => {
    if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    const run = (await send('POST', '/v1/syncs')).json();
    const stream = await fetch(`http://127.0.0.1:${port}/v1/syncs/${run.id}/events`, { headers });
    const reader = stream.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await end();
    for (let part = await reader.read(); !part.done;) part = await reader.read();
    const { state } = (await send('GET', `/v1/syncs/${run.id}`)).json();
    await send('POST', `/v1/syncs/${run.id}/cancel`);
    return state;
  };

  test('ends when its key is revoked, though the sync goes on', async () => {
    const { id, key } = await make({ name: 'watcher' });
    const end = () => send('POST', `/v1/keys/${id}/revoke`);
    expect(await follow({ authorization: `Bearer ${key}` }, end)).toBe('queued');
  });

  test('ends when its key expires', async () => {
    const { id, key } = await make({ name: 'watcher' });
    const end = () => api.db.query(sql`update control.api_key set expires_at = ${now.at} where id = ${id}`);
    expect(await follow({ authorization: `Bearer ${key}` }, end)).toBe('queued');
  });

  test('of a browser ends when it signs out', async () => {
    const { key } = await make({ name: 'browser' });
    const signedIn = await api.app.inject({ method: 'POST', url: '/v1/sessions', payload: { key } });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!;
    const end = async () => {
      const out = await api.app.inject({ method: 'DELETE', url: '/v1/sessions/current', headers: { cookie } });
      expect(out.json()).toEqual({ endedCount: 1 });
    };
    expect(await follow({ cookie }, end)).toBe('queued');
  });
});
