import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyScope } from '../../src/control/key.ts';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
const [ann, anna, bob] = ['003000000000001AAA', '003000000000002AAA', '003000000000003AAA'];
const golden = (digit: string) => `per_${digit.repeat(8)}-0000-7000-8000-000000000000`;
beforeAll(async () => {
  api = await testApi();
  const { db } = api;
  await db.query(
    raw(`create schema if not exists standard;
    create table standard.person (connection_id text, object text, id text, email text, _version bigint, modified_at timestamptz)`),
  );
  for (const [id, at] of [
    [ann, '1'],
    [anna, '2'],
    [bob, '2'],
  ] as const) {
    await db.query(sql`insert into standard.person values ('default', 'Contact', ${id}, 'a@x.io', 1, now())`);
    await db.query(
      sql`insert into golden.identity values (${golden(at)}, 'person', 'run_1', '2026-01-01T00:00:00Z') on conflict do nothing`,
    );
    await db.query(
      sql`insert into golden.crosswalk values ('person', 'default', ${id}, 'Contact', ${golden(at)}, 'run_1')`,
    );
    await db.query(sql`insert into golden.membership (entity, connection_id, id, object, golden_id, since_at, since_run_id)
      values ('person', 'default', ${id}, 'Contact', ${golden(at)}, '2026-01-01T00:00:00Z', 'run_1')`);
  }
  for (const [l, r, priority] of [
    [ann, anna, 2.5],
    [ann, bob, 0.25],
    [anna, bob, 2.5],
  ] as const) {
    await db.query(sql`insert into match.pair values ('person', 'run_1', 'default', ${l}, 'default', ${r}, -1, 0.33, 'review',
      '[{"field": "email", "level": "same", "weight": 9}, {"field": "last_name", "level": "differs", "weight": -4}]')`);
    await db.query(sql`insert into golden.review_item values ('person', 'default', ${l}, 'default', ${r}, ${golden('1')},
      ${golden('2')}, 'unsure', -1, 0.33, 0.66, 3, 100, ${priority})`);
  }
});
afterAll(() => api.close());

const get = (url: string) => api.app.inject({ url, headers: api.as('pii:read') });
const read = (url: string) => api.app.inject({ url, headers: api.as('data:read') });
const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
  api.app.inject({ method, url, headers: api.as('reviews:write'), ...(payload ? { payload } : {}) });

describe('the review queue', () => {
  it('pages by priority and tells each pair in a sentence and as a waterfall', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page += 1) {
      const { data, nextCursor } = (await get(`/v1/reviews?limit=1${cursor && `&cursor=${cursor}`}`)).json();
      seen.push(`${data[0].left.salesforceId.slice(0, 15)} ${data[0].right.salesforceId.slice(0, 15)}`);
      cursor = nextCursor;
      if (page > 0) continue;
      expect(data[0].sentence).toBe(
        'Kept apart at -1 bits, 33 % likely: email same (+9); against: last_name differs (-4).',
      );
      expect(data[0].waterfall).toEqual([
        { label: 'before any evidence', weight: -6, total: -6 },
        { label: 'email: same', weight: 9, total: 3 },
        { label: 'last_name: differs', weight: -4, total: -1 },
      ]);
      expect(data[0].left).toMatchObject({ object: 'Contact', values: { email: 'a@x.io' }, goldenId: golden('1') });
    }
    expect(seen).toEqual([
      '003000000000001 003000000000002',
      '003000000000002 003000000000003',
      '003000000000001 003000000000003',
    ]);
    expect(cursor).toBeNull();
  });
});

describe('a decision', () => {
  it('says who and why, starts a sync for it, and is undone on record', async () => {
    const body = {
      entity: 'person',
      decision: 'same',
      left: { salesforceId: anna.slice(0, 15) },
      right: { salesforceId: ann },
      reason: 'Same desk',
    };
    const made = await send('POST', '/v1/reviews', body);
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({
      kind: 'same',
      left: { salesforceId: ann },
      decidedBy: 'reviews:write',
      probability: 0.33,
    });
    const run = await api.app.inject({ url: `/v1/syncs/${made.json().runId}`, headers: api.as('data:read') });
    expect(run.json()).toMatchObject({ state: 'queued', mode: 'incremental', objects: [] });
    const undone = await send('POST', `/v1/reviews/${made.json().id}/undo`, { reason: 'Twins' });
    expect(undone.json()).toMatchObject({ undoneBy: 'reviews:write', undoneReason: 'Twins' });
    const again = await send('POST', `/v1/reviews/${made.json().id}/undo`, { reason: 'Twins' });
    expect(again.statusCode).toBe(409);
    const list = await api.app.inject({ url: '/v1/reviews/decided', headers: api.as('data:read') });
    expect(list.json().data).toMatchObject([{ id: made.json().id, undoneReason: 'Twins' }]);
  });
});

describe('the story of a golden record', () => {
  it('tells members, pairs, what was cut off and why, reviews and where each value is from', async () => {
    await api.db.query(sql`update match.pair set decision = 'link', weight = 3 where l_id = ${ann}`);
    const made = await send('POST', '/v1/reviews', {
      entity: 'person',
      decision: 'different',
      left: { salesforceId: ann },
      right: { salesforceId: bob },
      reason: 'Father and son',
    });
    await api.db
      .query(sql`insert into golden.proof (golden_id, field, place, connection_id, id, strategy, value, decided_by)
      values (${golden('2')}, 'email', 0, 'default', ${bob}, 'valid-first, newest', 'a@x.io', 'newest')`);
    const { body } = await api.app.inject({ url: `/v1/duplicates/${golden('2')}`, headers: api.as('pii:read') });
    const story = JSON.parse(body);
    expect(story.members).toMatchObject([
      { salesforceId: anna, since: '2026-01-01T00:00:00.000Z' },
      { salesforceId: bob },
    ]);
    expect(story.pairs).toMatchObject([
      { left: anna, right: bob, sentence: expect.stringContaining('One record at -1 bits') },
    ]);
    expect(story.cuts).toMatchObject([
      { right: anna, otherGoldenId: golden('1'), why: expect.stringContaining('The other pairs') },
      { right: bob, otherGoldenId: golden('1'), why: `Review ${made.json().id}: Father and son` },
    ]);
    expect(story.reviews).toMatchObject([{ kind: 'different', left: ann, right: bob, decidedBy: 'reviews:write' }]);
    expect(story.survivors).toMatchObject([
      { field: 'email', value: 'a@x.io', salesforceId: bob, decidedBy: 'newest' },
    ]);
  });
});

describe('a golden id', () => {
  it('resolves as of any time, to the records it stood for then', async () => {
    const { db } = api;
    await db.query(sql`update golden.identity set retired_at = '2026-03-01T00:00:00Z', retired_into = ${golden('1')}
      where golden_id = ${golden('2')}`);
    await db.query(
      sql`update golden.membership set until_at = '2026-03-01T00:00:00Z' where golden_id = ${golden('2')}`,
    );
    await db.query(sql`insert into golden.membership (entity, connection_id, id, object, golden_id, since_at, since_run_id)
      select entity, connection_id, id, object, ${golden('1')}, '2026-03-01T00:00:00Z', 'run_2' from golden.membership
      where golden_id = ${golden('2')}`);
    const at = async (time?: string) => {
      const answer = (await read(`/v1/golden/${golden('2')}${time ? `?asOf=${time}` : ''}`)).json();
      return [answer.resolvesTo, answer.members.map((one: { salesforceId: string }) => one.salesforceId)];
    };
    expect(await at()).toEqual([golden('1'), [ann, anna, bob]]);
    expect(await at('2026-02-01T00:00:00Z')).toEqual([golden('2'), [anna, bob]]);
    expect(await at('2025-02-01T00:00:00Z')).toEqual([null, []]);
  });

  it('takes pins on fields it has, of their kind, while it lives', async () => {
    const pin = (id: string, field: string, value: string | null) =>
      send('PUT', `/v1/golden/${id}/fields/${field}/pin`, { value, reason: 'She told me' });
    const made = await pin(golden('1'), 'email', 'ann@x.io');
    expect(made.json()).toMatchObject({ field: 'email', pinnedBy: 'reviews:write', reason: 'She told me' });
    const standing = await api.app.inject({
      url: `/v1/golden/${golden('1')}/fields/email/pin`,
      headers: api.as('pii:read'),
    });
    expect(standing.json()).toMatchObject({ value: 'ann@x.io' });
    expect((await pin(golden('1'), 'has_opted_out', 'maybe')).json().errors).toMatchObject([{ pointer: '/value' }]);
    expect((await pin(golden('1'), 'shoe_size', '42')).json()).toMatchObject({ status: 422 });
    expect((await pin(golden('2'), 'email', 'a@x.io')).json()).toMatchObject({ status: 409 });
    expect((await send('DELETE', `/v1/golden/${golden('1')}/fields/email/pin`)).json()).toMatchObject({
      field: 'email',
    });
    expect((await send('DELETE', `/v1/golden/${golden('1')}/fields/email/pin`)).statusCode).toBe(404);
  });

  it('says no value that is set by hand to a key without pii:read, whichever way it asks', async () => {
    const url = `/v1/golden/${golden('1')}/fields/email/pin`;
    const ask = (as: KeyScope, method: 'GET' | 'PUT' | 'DELETE', payload?: object) =>
      api.app.inject({ method, url, headers: api.as(as), ...(payload ? { payload } : {}) });
    const secret = 'told.in.confidence@x.io';
    const wish = { value: secret, reason: 'She told me' };
    expect((await ask('admin', 'PUT', wish)).json()).toMatchObject({ value: secret });
    expect((await ask('admin', 'GET')).json()).toMatchObject({ value: secret });
    expect((await ask('reviews:write', 'GET')).statusCode).toBe(403);
    // What somebody else set is set again and removed without being said.
    const answers = [await ask('reviews:write', 'PUT', wish), await ask('reviews:write', 'DELETE')];
    for (const { statusCode, body } of answers) {
      expect(statusCode, body).toBe(200);
      expect(body).not.toContain(secret);
      expect(JSON.parse(body)).not.toHaveProperty('value');
    }
    await ask('admin', 'PUT', wish);
    expect((await ask('admin', 'DELETE')).json()).toMatchObject({ value: secret });
  });
});

it('what a training changed is told, the newest first, and one put aside is accepted on record', async () => {
  const id = (n: number) => `mdl_00000000-0000-7000-8000-00000000000${n}`;
  const change = (n: number, held: boolean) =>
    api.db.query(
      sql`insert into match.model_change values (${id(n)}, 'person', 'run_1', now(), 'labels', ${held}, 20, 3, 1, 90, 1, 2, 3, 4, 25)`,
    );
  await change(1, true);
  await change(2, false);
  await change(3, true);
  const assessment = {
    precision: { estimate: 0.97, low: 0.88, high: 1 },
    recall: { estimate: 0.9, low: 0.75, high: 1 },
    weakestField: 'first_name',
    cannotTell: null,
  };
  await api.db.query(sql`update match.model_change set assessment = ${JSON.stringify(assessment)} where id = ${id(3)}`);
  const told = async (url: string) => {
    const answer = await read(url);
    expect(answer.statusCode).toBe(200);
    return answer.json();
  };
  const first = await told('/v1/model-changes?limit=1');
  expect(first.data).toMatchObject([
    {
      id: id(3),
      held: true,
      labelCount: 20,
      oldWrongCount: 3,
      newWrongCount: 1,
      mergedCount: 4,
      changedRecordCount: 25,
      assessment,
      acceptedBy: null,
    },
  ]);
  expect((await told(`/v1/model-changes?limit=1&cursor=${first.nextCursor}`)).data).toMatchObject([{ id: id(2) }]);
  const accept = (n: number) =>
    api.app.inject({
      method: 'POST',
      url: `/v1/model-changes/${id(n)}/accept`,
      headers: api.as('config:write'),
      payload: { reason: 'Looked at thirty of them' },
    });
  expect((await accept(9)).statusCode).toBe(404);
  expect((await accept(1)).json()).toMatchObject({ status: 409, detail: expect.stringContaining(id(3)) });
  expect((await accept(2)).json()).toMatchObject({ status: 409, detail: expect.stringContaining('not put aside') });
  const done = await accept(3);
  expect(done.statusCode).toBe(200);
  expect(done.json()).toMatchObject({ id: id(3), runId: expect.stringMatching(/^run_/) });
  expect((await accept(3)).json()).toMatchObject({
    status: 409,
    detail: expect.stringContaining('accepted by config:write'),
  });
  expect((await told('/v1/model-changes?limit=1')).data).toMatchObject([
    { acceptedBy: 'config:write', acceptedReason: 'Looked at thirty of them', acceptedAt: expect.any(String) },
  ]);
});
