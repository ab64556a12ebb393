/** Two admins read one thing and both change it: the first gets through, the second gets 412. By every PUT, PATCH and DELETE of what is edited. */
import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyRing } from '../../src/control/secret.ts';
import { type TestApi, testApi } from './api.ts';

const golden = 'per_11111111-0000-7000-8000-000000000000';
const finding = 'fnd_00000000-0000-7000-8000-000000000001';
const person = 'usr_00000000-0000-7000-8000-000000000001';
const pinUrl = `/v1/golden/${golden}/fields/email/pin`;

const form = {
  object: 'Lead',
  field: 'rating',
  dimension: 'completeness',
  severity: 'warn',
  title: 'Open lead without a rating',
  advice: 'Rate the lead.',
  applies: [{ field: 'is_converted', operator: 'equals', value: false }],
  violated: [{ field: 'rating', operator: 'is-blank' }],
};

let api: TestApi;
let connection: string;
type Operation = {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { headers?: Record<string, unknown> }>;
};
let paths: Record<string, Record<string, Operation>>;
beforeAll(async () => {
  api = await testApi({ keys: keyRing(Buffer.alloc(32, 1).toString('base64'), '') });
  const { db } = api;
  await db.query(sql`insert into golden.identity values (${golden}, 'person', 'run_1', '2026-01-01T00:00:00Z')`);
  await db.query(sql`insert into quality.finding (id, rule_id, rule_version, connection_id, object, record_id, dimension, severity,
      is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
    values (${finding}, 'contact-title-missing', 1, 'default', 'Contact', '003000000000001AAA', 'completeness', 'warn', false, 'r', now(), 'r', now())`);
  await db.query(sql`insert into control.person (id, issuer, subject, name, created_at, last_seen_at)
    values (${person}, 'https://id.example', 'ann', 'Ann', now(), now())`);
  await send('PUT', '/v1/schedules/nightly', { cron: '0 1 * * *' });
  await send('PUT', '/v1/inputs/margin', 'margin\n0.7\n');
  await send('PUT', pinUrl, { value: 'first@x.io', reason: 'it is so' });
  await send('PUT', '/v1/schedules/weekly', { cron: '0 3 * * 0' });
  const org = { name: 'Second', loginUrl: 'https://second.my.salesforce.com', flow: 'client_credentials' };
  const login = { ...org, clientId: 'a', clientSecret: 'b' };
  connection = (await send('POST', '/v1/connections', login)).json().id;
  const backtestId = (await send('POST', '/v1/backtests', { form })).json().id;
  await db.query(sql`update review.backtest set state = 'done' where id = ${backtestId}`);
  await send('POST', '/v1/rules', { id: 'own-rating', backtestId, reason: 'it is so' });
  paths = (await send('GET', '/docs/json')).json().paths;
});
afterAll(() => api.close());

const send = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object | string,
  ifMatch?: string,
) =>
  api.app.inject({
    method,
    url,
    headers: {
      ...api.as('admin'),
      ...(typeof payload === 'string' ? { 'content-type': 'text/csv' } : {}),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
    ...(payload === undefined ? {} : { payload }),
  });

type Case = { read: string; write?: string; change: () => object | string };
const unlike = () => randomUUID().slice(0, 8);
const minute = (() => {
  let next = 0;
  return () => (next += 1);
})();
const cron = () => `${minute()} 2 * * *`;
const cases: Record<string, Case> = {
  'PUT /v1/schedules': {
    read: '/v1/schedules/nightly',
    write: '/v1/schedules',
    change: () => ({ id: 'nightly', cron: cron() }),
  },
  'PUT /v1/schedules/{scheduleId}': { read: '/v1/schedules/nightly', change: () => ({ cron: cron() }) },
  'PATCH /v1/schedules/{scheduleId}': { read: '/v1/schedules/nightly', change: () => ({ cron: cron() }) },
  'PATCH /v1/connections/{connectionId}': { read: '/v1/connections/default', change: () => ({ name: unlike() }) },
  'PATCH /v1/people/{personId}': { read: `/v1/people/${person}`, change: () => ({ granted: ['data:read'] }) },
  'PATCH /v1/rules/{ruleId}': {
    read: '/v1/rules/contact-title-stale',
    change: () => ({ parameters: { days: 400 + minute() }, reason: 'it is so' }),
  },
  'PATCH /v1/findings/{findingId}': { read: `/v1/findings/${finding}`, change: () => ({ comment: unlike() }) },
  'PUT /v1/inputs/{name}': { read: '/v1/inputs/margin', change: () => `margin\n0.${minute()}1\n` },
  'PUT /v1/golden/{goldenId}/fields/{field}/pin': {
    read: pinUrl,
    change: () => ({ value: `${unlike()}@x.io`, reason: 'it is so' }),
  },
};

test('every PUT and PATCH of the document takes If-Match, may answer 412, and has a case here', () => {
  const edits = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method === 'put' || method === 'patch')
      .map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
  );
  expect(edits.map(({ route }) => route).sort()).toEqual(Object.keys(cases).sort());
  for (const { route, operation } of edits) {
    const headers = operation.parameters?.filter((one) => one.in === 'header').map(({ name }) => name);
    expect(headers, route).toContain('if-match');
    expect(Object.keys(operation.responses), route).toContain('412');
  }
});

describe.each(Object.entries(cases))('%s', (route, { read, write = read, change }) => {
  const method = route.split(' ')[0] as 'PUT' | 'PATCH';

  test('lets one of two through that have read the same', async () => {
    const before = await send('GET', read);
    expect(before.statusCode, before.body).toBe(200);
    const etag = before.headers.etag as string;
    const both = await Promise.all([send(method, write, change(), etag), send(method, write, change(), etag)]);
    expect(both.map(({ statusCode }) => statusCode).sort(), both[0]!.body + both[1]!.body).toEqual([200, 412]);
    const [won, lost] = both.toSorted((a, b) => a.statusCode - b.statusCode);
    expect(lost!.json()).toMatchObject({ code: 'version-outdated' });
    const after = await send('GET', read);
    expect(won!.headers.etag).toBe(after.headers.etag);
    expect(after.headers.etag).not.toBe(etag);
    expect((await send(method, write, change(), after.headers.etag as string)).statusCode).toBe(200);
  });

  test('refuses what never was an ETag', async () => {
    expect((await send(method, write, change(), '"elsewhere"')).json()).toMatchObject({ status: 412 });
  });
});

test('whatever is read to be edited has its ETag in the document', () => {
  for (const route of Object.keys(cases)) {
    const [method, path] = route.split(' ') as [string, string];
    expect(paths[path]![method.toLowerCase()]!.responses['200']!.headers, route).toHaveProperty('etag');
    // A schedule is written by the id in the body, too.
    if (path === '/v1/schedules') continue;
    expect(paths[path]!['get']!.responses['200']!.headers, path).toHaveProperty('etag');
  }
});

test('who sets a value where none was set names the version 0; it is taken back only as it was seen', async () => {
  const url = `/v1/golden/${golden}/fields/phone/pin`;
  const value = { value: '+1 202 555 0100', reason: 'it is so' };
  expect((await send('GET', url)).statusCode).toBe(404);
  const both = await Promise.all([send('PUT', url, value, '"0"'), send('PUT', url, value, '"0"')]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
  expect((await send('DELETE', url, undefined, '"0"')).statusCode).toBe(412);
  const { etag } = (await send('GET', url)).headers;
  expect((await send('DELETE', url, undefined, etag as string)).statusCode).toBe(200);
});

test('a schedule that names the version 0 is made only where there is none', async () => {
  const make = () => send('PUT', '/v1/schedules/monthly', { cron: cron() }, '"0"');
  const both = await Promise.all([make(), make()]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
});

type Removal = { url: () => string; query?: string; change: object; method: 'PUT' | 'PATCH'; isGone: object };
const isNotThere = { status: 404 };
const removals: Record<string, Removal> = {
  'DELETE /v1/schedules/{scheduleId}': {
    url: () => '/v1/schedules/weekly',
    method: 'PATCH',
    change: { isEnabled: false },
    isGone: isNotThere,
  },
  'DELETE /v1/rules/{ruleId}': {
    url: () => '/v1/rules/own-rating',
    method: 'PATCH',
    change: { severity: 'critical', reason: 'it is so' },
    isGone: isNotThere,
  },
  'DELETE /v1/golden/{goldenId}/fields/{field}/pin': {
    url: () => pinUrl,
    method: 'PUT',
    change: { value: 'second@x.io', reason: 'it is so' },
    isGone: isNotThere,
  },
  'DELETE /v1/connections/{connectionId}': {
    url: () => `/v1/connections/${connection}`,
    query: '?records=keep',
    method: 'PATCH',
    change: { name: 'Renamed' },
    isGone: { deletedAt: expect.any(String) },
  },
};

test('every DELETE of what a PUT or PATCH edits takes If-Match, may answer 412, and has a case here', () => {
  const edited = Object.entries(paths).flatMap(([path, methods]) =>
    methods.delete && (methods.put ?? methods.patch) ? [{ route: `DELETE ${path}`, operation: methods.delete }] : [],
  );
  expect(edited.map(({ route }) => route).sort()).toEqual(Object.keys(removals).sort());
  for (const { route, operation } of edited) {
    const headers = operation.parameters?.filter((one) => one.in === 'header').map(({ name }) => name);
    expect(headers, route).toContain('if-match');
    expect(Object.keys(operation.responses), route).toContain('412');
  }
});

test.each(Object.entries(removals))('%s leaves what somebody changed meanwhile', async (_route, removal) => {
  const url = removal.url();
  const remove = (etag: string) => send('DELETE', `${url}${removal.query ?? ''}`, undefined, etag);
  const seen = (await send('GET', url)).headers.etag as string;
  const changed = await send(removal.method, url, removal.change, seen);
  expect(changed.statusCode, changed.body).toBe(200);
  expect((await remove(seen)).json()).toMatchObject({ status: 412, code: 'version-outdated' });
  const after = await send('GET', url);
  expect(after.json()).toMatchObject(removal.change);
  const removed = await remove(after.headers.etag as string);
  expect(removed.statusCode, removed.body).toBeLessThan(300);
  expect((await send('GET', url)).json()).toMatchObject(removal.isGone);
});
