/** Syncs and schedules over HTTP: started once, followed, cancelled; wrong requests are told what is wrong. */
import type { AddressInfo } from 'node:net';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
beforeAll(async () => void (api = await testApi()));
afterAll(() => api.close());
afterEach(async () => void (await api.db.query(sql`delete from control.run`)));

const start = (payload: object = {}) =>
  api.app.inject({ method: 'POST', url: '/v1/syncs', headers: api.as('runs:write'), payload });
const read = (url: string) => api.app.inject({ url, headers: api.as('data:read') });
const end = (id: string) => api.db.query(sql`update control.run set state = 'succeeded' where id = ${id}`);

describe('a sync', () => {
  test('is accepted, queued in the outbox, and found at its Location', async () => {
    const answer = await start({ objects: ['Contact', 'Account'], mode: 'full' });
    expect(answer.statusCode).toBe(202);
    const { id } = answer.json();
    expect(answer.headers.location).toBe(`/v1/syncs/${id}`);
    expect(await api.db.query(sql`select job_id from control.outbox where job_id = ${id}`)).toHaveLength(1);
    const found = await read(`/v1/syncs/${id}`);
    expect(found.json()).toMatchObject({
      id,
      state: 'queued',
      mode: 'full',
      objects: ['Contact', 'Account'],
      stages: [],
    });
  });

  test('is one at a time: of twenty wishes at once one is taken, the others get its Location', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => start()));
    const taken = answers.filter((answer) => answer.statusCode === 202);
    expect(taken).toHaveLength(1);
    for (const answer of answers.filter((one) => one !== taken[0])) {
      expect(answer.statusCode).toBe(409);
      expect(answer.json().code).toBe('sync-already-active');
      expect(answer.headers.location).toBe(`/v1/syncs/${taken[0]?.json().id}`);
    }
  });

  test('wished for fifty times at once under one key is one sync with one answer; another body under it is refused', async () => {
    const wish = (key: string, payload: object = {}, by: 'runs:write' | 'admin' = 'runs:write') =>
      api.app.inject({
        method: 'POST',
        url: '/v1/syncs',
        headers: { ...api.as(by), 'idempotency-key': key },
        payload,
      });
    const answers = await Promise.all(Array.from({ length: 50 }, () => wish('once')));
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(answers[0]!.statusCode).toBe(202);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(49);
    expect(await api.db.query(sql`select from control.run`)).toHaveLength(1);
    const { id } = answers[0]!.json();
    await end(id);
    expect((await wish('once')).json().id).toBe(id);
    expect((await wish('once', { mode: 'full' })).statusCode).toBe(422);
    expect((await wish('x'.repeat(256))).statusCode).toBe(400);
    // The same key of another principal is another.
    const other = await wish('once', {}, 'admin');
    expect(other.json().id).not.toBe(id);
    // A refusal is not kept: once the way is free the same key starts a sync.
    expect((await wish('later')).statusCode).toBe(409);
    await end(other.json().id);
    expect((await wish('later')).statusCode).toBe(202);
  });

  test('is cancelled, also twice, but not after its end', async () => {
    const { id } = (await start()).json();
    const cancel = () =>
      api.app.inject({ method: 'POST', url: `/v1/syncs/${id}/cancel`, headers: api.as('runs:write') });
    expect((await cancel()).json().state).toBe('canceled');
    expect((await cancel()).statusCode).toBe(409);
    expect((await cancel()).json().code).toBe('sync-not-active');
  });

  test.each([
    [{ object: ['Contact'] }, '/object', 400],
    [{ objects: ['Contacts'] }, '/objects/0', 400],
    [{ objects: [] }, '/objects', 400],
    [{ objects: ['Lead', 'Lead'] }, '/objects', 422],
    [{ mode: 'fast' }, '/mode', 400],
  ])('%j is refused at %s', async (payload, pointer, status) => {
    const answer = await start(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const body = answer.json();
    expect(body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
    expect(body).toMatchObject({
      code: status === 400 ? 'request-invalid' : 'request-refused',
      requestId: answer.headers['x-request-id'],
    });
  });

  test('bodies that are not JSON, or too long, are refused', async () => {
    const send = (type: string, payload: string) =>
      api.app.inject({
        method: 'POST',
        url: '/v1/syncs',
        headers: { ...api.as('runs:write'), 'content-type': type },
        payload,
      });
    const cut = await send('application/json', '{"mode":');
    expect([cut.statusCode, cut.json()]).toMatchObject([
      400,
      { errors: [{ pointer: '/', message: expect.stringContaining('JSON') }] },
    ]);
    expect((await send('text/csv', 'a,b')).statusCode).toBe(415);
    expect((await send('application/json', JSON.stringify({ mode: 'x'.repeat(70_000) }))).statusCode).toBe(413);
    expect((await send('application/json', '[]')).statusCode).toBe(400);
  });

  test('without a body asks for every object', async () => {
    const answer = await api.app.inject({ method: 'POST', url: '/v1/syncs', headers: api.as('runs:write') });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ objects: null, mode: 'auto' });
  });
});

describe('the list', () => {
  test('shows every sync once, newest first, however it is paged, also when new ones arrive between pages', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { id } = (await start()).json();
      ids.unshift(id);
      await end(id);
    }
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await read(`/v1/syncs?limit=2${cursor}`)).json();
      seen.push(...page.data.map((run: { id: string }) => run.id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
      await end((await start()).json().id);
    }
    expect(seen).toEqual(ids);
  });

  test.each([
    ['limit=0', '/query/limit', 400],
    ['limit=101', '/query/limit', 400],
    ['page=2', '/query/page', 400],
    ['cursor=garbage', '/query/cursor', 404],
    [`cursor=${Buffer.from('["findings","a"]').toString('base64url')}`, '/query/cursor', 404],
    [`cursor=${Buffer.from('["syncs /v1/syncs","2026-13-40","run_1"]').toString('base64url')}`, '/query/cursor', 404],
  ])('%s is refused', async (query, pointer, status) => {
    const answer = await read(`/v1/syncs?${query}`);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().errors[0].pointer).toBe(pointer);
  });
});

describe('the event stream', () => {
  const open = async (id: string, extra: Record<string, string> = {}) => {
    if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}/v1/syncs/${id}/events`, { headers: { ...api.as('data:read'), ...extra } });
  };
  const cancel = (id: string) =>
    api.app.inject({ method: 'POST', url: `/v1/syncs/${id}/cancel`, headers: api.as('runs:write') });

  test('tells what happens while it happens, and ends with the sync', async () => {
    const { id } = (await start()).json();
    const stream = await open(id);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const whole = stream.text();
    await cancel(id);
    const states = [...(await whole).matchAll(/"state":"(\w+)"/g)].map((match) => match[1]);
    expect(states).toEqual(['queued', 'canceled']);
  });

  test('reads on after Last-Event-ID without telling anything twice', async () => {
    const { id } = (await start()).json();
    await cancel(id);
    const first = await (await open(id)).text();
    const [firstId] = [...first.matchAll(/^id: (\d+)$/gm)].map((match) => match[1] ?? '');
    const rest = await (await open(id, { 'last-event-id': firstId ?? '' })).text();
    expect(rest).not.toContain('"queued"');
    expect(rest).toContain('"canceled"');
    expect((await open(id, { 'last-event-id': 'x' })).status).toBe(400);
  });

  test('of an unknown sync is a 404', async () => {
    expect((await open(`run_${'0'.repeat(36)}`)).status).toBe(404);
  });

  test('does not keep the service from closing', async () => {
    const other = await testApi();
    try {
      await other.app.listen({ host: '127.0.0.1', port: 0 });
      const started = await other.app.inject({
        method: 'POST',
        url: '/v1/syncs',
        headers: other.as('runs:write'),
        payload: {},
      });
      const { port } = other.app.server.address() as AddressInfo;
      const stream = await fetch(`http://127.0.0.1:${port}${started.headers.location as string}/events`, {
        headers: other.as('data:read'),
      });
      const whole = stream.text();
      await other.app.close();
      expect(await whole).toContain('"queued"');
    } finally {
      await other.close();
    }
  });
});

describe('schedules', () => {
  const put = (payload: object) =>
    api.app.inject({ method: 'PUT', url: '/v1/schedules', headers: api.as('config:write'), payload });

  test('are kept, replaced and listed with their next time', async () => {
    await put({ id: 'nightly', cron: '0 1 * * *' });
    const answer = await put({ id: 'nightly', cron: '30 2 * * *', timeZone: 'Europe/Berlin', objects: ['Lead'] });
    expect(answer.statusCode).toBe(200);
    const { data } = (await read('/v1/schedules')).json();
    expect(data).toEqual([answer.json()]);
    expect(data[0]).toMatchObject({ id: 'nightly', cron: '30 2 * * *', objects: ['Lead'], isEnabled: true });
    expect(Date.parse(data[0].nextAt)).toBeGreaterThan(Date.now());
  });

  test.each([
    [{ id: 'a', cron: '99 * * * *' }, '/cron', 422],
    [{ id: 'a', cron: '0 0 * * *', timeZone: 'Mars/Olympus' }, '/timeZone', 422],
    [{ id: 'A b', cron: '0 0 * * *' }, '/id', 400],
    [{ id: 'a', cron: '0 0 * * *', enabled: true }, '/enabled', 400],
  ])('%j is refused at %s', async (payload, pointer, status) => {
    const answer = await put(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().errors[0].pointer).toBe(pointer);
  });
});
