/**
 * What holds for every route: no request gets an answer the document does not describe.
 * Long on purpose: every route stands in it once, and what holds for all of them is read in one place.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';
import fc from 'fast-check';
import sql, { type Sql } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { answerPage } from '../../src/http/page.ts';
import { createKey, type KeyScope, verifyKey } from '../../src/control/key.ts';
import { keyRing } from '../../src/control/secret.ts';
import { errorTable } from '../../src/model/errors.ts';
import type { Orgs } from '../../src/model/org.ts';
import { guardUrl } from '../../src/salesforce/guard.ts';
import { type TestApi, testApi } from './api.ts';
import { systemActor } from '../../src/model/actor.ts';

type Answer = { $ref?: string; headers?: object; content?: Record<string, { schema?: object }> };
type Operation = {
  operationId: string;
  security?: unknown[];
  parameters?: { name: string; in: string }[];
  requestBody?: { required?: boolean };
  responses: Record<string, Answer>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; responses: Record<string, Answer> };
};

let api: TestApi;
let document: Document;
/** Orgs that let nobody in and have nothing to pull; real ones are met in connections.db.test.ts. */
const emptyOrgs: Orgs = {
  checkLoginUrl: (url) => void guardUrl(url, 'https://login.salesforce.com', 'The login URL'),
  look: async () => ({
    isOk: false,
    orgId: null,
    orgName: null,
    instanceName: null,
    isSandbox: null,
    userId: null,
    instanceUrl: null,
    fault: { code: 'salesforce-login-refused', detail: 'Nobody may.', hint: 'None.' },
    objects: [],
    usedCount: null,
    limitCount: null,
  }),
  plan: async () => ({ objects: [], rowCount: 0, callCount: 0, usedCount: null, limitCount: null }),
};
let operations: { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  api = await testApi({ orgs: emptyOrgs, keys: keyRing(Buffer.alloc(32, 1).toString('base64'), '') });
  document = (await api.app.inject({ url: '/docs/json' })).json();
  for (const { responses } of Object.values(document.paths).flatMap((methods) => Object.values(methods)))
    for (const [status, { $ref }] of Object.entries(responses))
      if ($ref) responses[status] = document.components.responses[$ref.split('/').at(-1)!]!;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => api.close());

const filled = (path: string) =>
  path
    .replace('{scheduleId}', 'nightly')
    .replace('{keyId}', `key_${'0'.repeat(36)}`)
    .replace('{id}', `run_${'0'.repeat(36)}`)
    .replace('{connectionId}', 'default')
    .replace('{goldenId}', `per_${'0'.repeat(36)}`)
    .replace('{reviewId}', `rev_${'0'.repeat(36)}`)
    .replace('{modelChangeId}', `mdl_${'0'.repeat(36)}`)
    .replace('{incidentId}', `inc_${'0'.repeat(36)}`)
    .replace('{name}', 'bookings')
    .replace('{step}', 'deal_copies')
    .replace('{ruleId}', 'contact-title-missing')
    .replace('{findingId}', `fnd_${'0'.repeat(36)}`)
    .replace('{waiverId}', `wvr_${'0'.repeat(36)}`)
    .replace('{object}', 'Contact')
    .replace('{question}', 'which_metrics_are_there')
    .replace('{listCheckId}', `lst_${'0'.repeat(36)}`)
    .replace('{backtestId}', `bkt_${'0'.repeat(36)}`)
    .replace('{forgettingId}', `fgt_${'0'.repeat(36)}`)
    .replace('{personId}', `usr_${'0'.repeat(36)}`)
    .replace('{field}', 'email')
    .replace('{salesforceId}', '003000000000001');
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

test('the document is OpenAPI 3.1, names every route, and has no schema that nobody uses', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'DELETE /v1/connections/{connectionId}',
    'DELETE /v1/golden/{goldenId}/fields/{field}/pin',
    'DELETE /v1/list-checks/{listCheckId}',
    'DELETE /v1/rules/{ruleId}',
    'DELETE /v1/schedules/{scheduleId}',
    'DELETE /v1/sessions',
    'DELETE /v1/sessions/current',
    'DELETE /v1/waivers/{waiverId}',
    'GET /livez',
    'GET /metrics',
    'GET /readyz',
    'GET /v1/audit',
    'GET /v1/backtests/{backtestId}',
    'GET /v1/connections',
    'GET /v1/connections/{connectionId}',
    'GET /v1/connections/{connectionId}/deletion',
    'GET /v1/deliveries',
    'GET /v1/duplicates',
    'GET /v1/duplicates/{goldenId}',
    'GET /v1/findings',
    'GET /v1/findings/counts',
    'GET /v1/findings/export',
    'GET /v1/findings/{findingId}',
    'GET /v1/fixes',
    'GET /v1/fixes/sums',
    'GET /v1/flags/{object}',
    'GET /v1/forecast',
    'GET /v1/forecast/accuracy',
    'GET /v1/forecast/rows',
    'GET /v1/forgettings',
    'GET /v1/forgettings/{forgettingId}',
    'GET /v1/golden',
    'GET /v1/golden/{goldenId}',
    'GET /v1/golden/{goldenId}/fields/{field}/pin',
    'GET /v1/incidents',
    'GET /v1/incidents/{incidentId}',
    'GET /v1/inputs',
    'GET /v1/inputs/{name}',
    'GET /v1/inputs/{name}/versions',
    'GET /v1/keys',
    'GET /v1/list-checks',
    'GET /v1/list-checks/{listCheckId}',
    'GET /v1/list-checks/{listCheckId}/rows',
    'GET /v1/me',
    'GET /v1/merge-plans/{object}',
    'GET /v1/merge-plans/{object}/counts',
    'GET /v1/metric-values',
    'GET /v1/metrics',
    'GET /v1/metrics/{name}/bridge',
    'GET /v1/metrics/{name}/bridge/{step}/records',
    'GET /v1/metrics/{name}/values',
    'GET /v1/model-changes',
    'GET /v1/people',
    'GET /v1/people/{personId}',
    'GET /v1/pipeline/walk',
    'GET /v1/pipeline/walk/deals',
    'GET /v1/pipeline/walk/export',
    'GET /v1/questions',
    'GET /v1/queues',
    'GET /v1/records/{salesforceId}',
    'GET /v1/reviews',
    'GET /v1/reviews/decided',
    'GET /v1/rules',
    'GET /v1/rules/columns',
    'GET /v1/rules/evidence',
    'GET /v1/rules/{ruleId}',
    'GET /v1/rules/{ruleId}/backtests',
    'GET /v1/rules/{ruleId}/decay',
    'GET /v1/rules/{ruleId}/evidence',
    'GET /v1/rules/{ruleId}/history',
    'GET /v1/schedules',
    'GET /v1/schedules/{scheduleId}',
    'GET /v1/scores',
    'GET /v1/scores/segments',
    'GET /v1/scores/series',
    'GET /v1/semantic-model',
    'GET /v1/sessions/begin',
    'GET /v1/sessions/provider',
    'GET /v1/syncs',
    'GET /v1/syncs/{id}',
    'GET /v1/syncs/{id}/events',
    'GET /v1/waivers',
    'PATCH /v1/connections/{connectionId}',
    'PATCH /v1/findings/{findingId}',
    'PATCH /v1/people/{personId}',
    'PATCH /v1/rules/{ruleId}',
    'PATCH /v1/schedules/{scheduleId}',
    'POST /v1/backtests',
    'POST /v1/connections',
    'POST /v1/connections/{connectionId}/test',
    'POST /v1/deliveries/test',
    'POST /v1/forgettings',
    'POST /v1/incidents/{incidentId}/acknowledge',
    'POST /v1/incidents/{incidentId}/mute',
    'POST /v1/incidents/{incidentId}/resolve',
    'POST /v1/keys',
    'POST /v1/keys/{keyId}/revoke',
    'POST /v1/keys/{keyId}/rotate',
    'POST /v1/list-checks',
    'POST /v1/lookups',
    'POST /v1/model-changes/{modelChangeId}/accept',
    'POST /v1/questions/{question}',
    'POST /v1/reviews',
    'POST /v1/reviews/{reviewId}/undo',
    'POST /v1/rules',
    'POST /v1/rules/{ruleId}/backtests',
    'POST /v1/sessions',
    'POST /v1/slack/interactions',
    'POST /v1/syncs',
    'POST /v1/syncs/{id}/cancel',
    'POST /v1/waivers',
    'PUT /v1/golden/{goldenId}/fields/{field}/pin',
    'PUT /v1/inputs/{name}',
    'PUT /v1/schedules',
    'PUT /v1/schedules/{scheduleId}',
  ]);
  const text = JSON.stringify(document);
  const names = Object.keys(document.components.schemas);
  expect(names.filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([]);
  expect(names).toContain('Problem');
});

test('a key is stored as its hash only, and opens nothing when one character differs', async () => {
  const { key, prefix } = await createKey(api.db, { name: 'mine', scopes: ['data:read'] }, systemActor('test'));
  const rows = await api.db.query(sql`select to_jsonb(k)::text as text from control.api_key k where name = 'mine'`);
  expect(rows[0]?.text).toContain(prefix);
  expect(rows[0]?.text).not.toContain(key.slice(prefix.length));
  expect(await verifyKey(api.db, key, new Date())).toMatchObject({ name: 'mine', scopes: ['data:read'] });
  const other = key.slice(0, -1) + (key.endsWith('A') ? 'Q' : 'A');
  expect(await verifyKey(api.db, other, new Date())).toBeNull();
});

test('a field nobody knows is refused by its name, in every query and every body', async () => {
  const told: string[] = [];
  for (const { method, path } of operations.filter((one) => one.path.startsWith('/v1/'))) {
    const body = method === 'GET' || path.endsWith('/cancel') ? {} : { payload: { surprise: 1 } };
    const answer = await api.app.inject({
      method: method as Method,
      url: `${filled(path)}${method === 'GET' ? '?surprise=1' : ''}`,
      headers: api.as('admin'),
      ...body,
    });
    const pointers = (answer.json<{ errors?: { pointer: string }[] }>().errors ?? []).map((one) => one.pointer);
    if (answer.statusCode === 400 && pointers.some((one) => one.endsWith('/surprise'))) told.push(`${method} ${path}`);
  }
  // What takes no body, and is found by its path alone.
  // Nor one that takes a CSV.
  const bare = ['/cancel', '/test', '/revoke', '/slack/interactions', '/list-checks'];
  const wanted = operations.filter(
    ({ method, path }) =>
      method !== 'DELETE' &&
      path.startsWith('/v1/') &&
      `${method} ${path}` !== 'PUT /v1/inputs/{name}' &&
      !(method === 'POST' && bare.some((end) => path.endsWith(end))),
  );
  expect(told.sort()).toEqual(expect.arrayContaining(wanted.map(({ method, path }) => `${method} ${path}`).sort()));
});

test('an Idempotency-Key is obeyed or refused by whatever makes something, and never overlooked', async () => {
  const refused: string[] = [];
  const taken: string[] = [];
  for (const { method, path, operation } of operations) {
    if (method !== 'POST' || !path.startsWith('/v1/') || !('201' in operation.responses)) continue;
    const isTaken = operation.parameters?.some(({ name }) => name === 'idempotency-key');
    const headers = { ...api.as('admin'), 'idempotency-key': 'once' };
    const answer = await api.app.inject({ method, url: filled(path), headers, payload: {} });
    const pointers = (answer.json<{ errors?: { pointer: string }[] }>().errors ?? []).map(({ pointer }) => pointer);
    (isTaken ? taken : refused).push(path);
    expect([path, pointers.includes('/headers/idempotency-key')]).toEqual([path, !isTaken]);
  }
  expect(taken).toEqual(['/v1/connections']);
  expect(refused).toEqual(expect.arrayContaining(['/v1/keys', '/v1/waivers', '/v1/reviews']));
});

test.each([
  ['/v1/incidents', 'incidents', 2],
  ['/v1/deliveries', 'deliveries', 1],
  ['/v1/findings', 'findings.newest', 2],
  ['/v1/findings?sort=amount', 'findings.amount', 2],
])('a cursor of %s that somebody changed is none of it', async (url, name, keyLength) => {
  const parts = [`${name} ${url.split('?')[0]}`, ...Array.from({ length: keyLength }, () => 'x')];
  const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
  const answer = await api.app.inject({
    url: `${url}${url.includes('?') ? '&' : '?'}cursor=${cursor}`,
    headers: api.as('admin'),
  });
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'cursor-unknown']);
});

test('a fault of a list that its cursor did not make is told as what it is', async () => {
  const list = { name: 'things', keyLength: 1, row: z.object({}) };
  const ask = (key: string, where: (after: string | null) => Sql) => {
    const cursor = Buffer.from(JSON.stringify(['things /v1/things', key])).toString('base64url');
    return answerPage({ url: '/v1/things' }, list, { limit: 1, cursor }, async ({ after }) => {
      await api.db.query(where(after?.[0] ?? null));
      return { data: [], next: null };
    });
  };
  const beyond = (after: string | null) => sql`select where ${after}::int is null or 1 > ${after}::int`;
  expect(await ask('1', beyond)).toEqual({ data: [], nextCursor: null });
  await expect(ask('x', beyond)).rejects.toMatchObject({ code: 'cursor-unknown' });
  // A division by zero in a row after the first page, a filter that no page can be read by.
  await expect(ask('0', (after) => sql`select 1 / coalesce(${after}::int, 1)`)).rejects.toMatchObject({
    code: '22012',
  });
  await expect(ask('1', () => sql`select where now() > ${'2026-02-30'}::date`)).rejects.toMatchObject({
    code: '22008',
  });
});

test.each<[string, string, Buffer | string, Record<string, string>, number, RegExp]>([
  ['nested without end', '/mcp', '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000), {}, 400, /nested deeper than 64/],
  ['no UTF-8', '/v1/keys', Buffer.from('{"name":"a\xff","scopes":["data:read"]}', 'latin1'), {}, 400, /not UTF-8/],
  ['compressed', '/v1/keys', 'x', { 'content-encoding': 'gzip' }, 415, /in gzip is not read/],
  [
    'a form',
    '/v1/keys',
    'name=a',
    { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    415,
    /form-urlencoded is not read here: send it as application\/json, and/,
  ],
  ['text', '/v1/keys', '{"name":"a"}', { 'content-type': 'text/plain' }, 415, /text\/plain is not read here/],
  [
    'XML for a list',
    '/v1/list-checks',
    '<a/>',
    { 'content-type': 'text/xml' },
    415,
    /send it as application\/json or text\/csv/,
  ],
  ['turned around', '/v1/keys', '{"name":"\u202enimda","scopes":["data:read"]}', {}, 400, /plain text of one line/],
])('a body that is %s is refused in plain words', async (_, url, payload, more, status, words) => {
  const headers = { ...api.as('admin'), 'content-type': 'application/json', ...more };
  const answer = await api.app.inject({ method: 'POST', url, payload, headers });
  expect([answer.statusCode, answer.json().detail]).toEqual([status, expect.stringMatching(words)]);
});

test('a day that PostgreSQL has not is refused wherever a request names one', async () => {
  const wrong: string[] = [];
  let asked = 0;
  for (const { method, path, operation } of operations)
    for (const { name, in: place } of operation.parameters ?? []) {
      if (method !== 'GET' || place !== 'query' || !/^(asOf|since|from|to|closeFrom|closeTo)$/.test(name)) continue;
      asked += 1;
      const url = `${filled(path)}?from=2026-01-01&to=2026-02-01`;
      const { statusCode } = await api.app.inject({
        url: url.includes(`${name}=`)
          ? url.replace(new RegExp(`([?&]${name})=[^&]+`), '$1=0000-01-01')
          : `${filled(path)}?${name}=0000-01-01`,
        headers: api.as('admin'),
      });
      if (statusCode !== 400) wrong.push(`${path} ${name}: ${statusCode}`);
    }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(10);
});

test('an empty body is none, whatever type it says it has', async () => {
  const ask = (method: Method, url: string, payload: string) =>
    api.app.inject({ method, url, payload, headers: { ...api.as('admin'), 'content-type': 'application/json' } });
  const started = await ask('POST', '/v1/syncs', '');
  expect(started.statusCode).toBe(202);
  expect((await ask('POST', `/v1/syncs/${started.json().id}/cancel`, '')).statusCode).toBe(202);
  expect((await ask('POST', '/v1/reviews', '')).json()).toMatchObject({ code: 'request-invalid' });
  expect((await ask('POST', '/v1/syncs', '{"mode":"auto","__proto__":{"x":1}}')).statusCode).toBe(400);
  expect((await ask('POST', '/v1/syncs', ' ')).statusCode).toBe(400);
});

test('a body that may be left out is documented as such, and no other is', async () => {
  const wrong: string[] = [];
  for (const { method, path, operation } of operations.filter((one) => one.operation.requestBody)) {
    const headers = { ...api.as('admin'), 'if-match': '"1"' };
    const { statusCode } = await api.app.inject({ method: method as Method, url: filled(path), headers });
    const isRefused = statusCode === 400 || statusCode === 415;
    if (isRefused !== operation.requestBody!.required) wrong.push(`${method} ${path}: ${statusCode}`);
  }
  expect(wrong).toEqual([]);
});

test('each error has a page, to which the type of a problem leads; another code has none', async () => {
  const refused = await api.app.inject({ url: '/v1/scores' });
  const { type, title, hint } = refused.json<{ type: string; title: string; hint: string }>();
  const page = await api.app.inject({ url: type });
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.body).toContain(`<h1>${title}</h1>`);
  expect(hint).toBe('Send the header "Authorization: Bearer <key>". Create a key with `assay key create`.');
  expect(page.body).toContain('Bearer &lt;key&gt;');
  for (const code of Object.keys(errorTable))
    expect((await api.app.inject({ url: `/errors/${code}` })).statusCode).toBe(200);
  for (const code of ['none', 'constructor']) {
    expect((await api.app.inject({ url: `/errors/${code}` })).json()).toMatchObject({ code: 'not-found' });
  }
});

test.each([
  ['DELETE', '/v1/schedules', 'GET, HEAD, PUT'],
  ['POST', '/v1/me', 'GET, HEAD'],
  ['PUT', '/v1/syncs/run_1?token=hunter2', 'GET, HEAD'],
  ['DELETE', '/v1/keys/key_1/revoke', 'POST'],
  ['POST', '/livez', 'GET, HEAD'],
])('%s %s is a method that the path does not have: Allow says which it has', async (method, url, allow) => {
  const answer = await api.app.inject({ method: method as Method, url, headers: api.as('admin') });
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ code: 'method-not-allowed', requestId: answer.headers['x-request-id'] });
  expect(answer.body).not.toContain('hunter2');
});

test.each(['/v1/findings/', '/v1/findings/?limit=1', '/v1/scores/', '/v1/connections/default/'])(
  '%s is refused for its slash, not for its id',
  async (url) => {
    const answer = await api.app.inject({ url, headers: api.as('admin') });
    const path = url.split('?')[0];
    expect([answer.statusCode, answer.json().detail]).toEqual([
      404,
      `There is no GET ${path}: leave out the slash at its end.`,
    ]);
  },
);

test.each(['json', 'yaml'])('/openapi.%s leads to the document', async (type) => {
  const led = await api.app.inject({ url: `/openapi.${type}` });
  expect([led.statusCode, led.headers.location]).toEqual([302, `/docs/${type}`]);
});

test('every operation has an id of its own, made of letters and digits', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(operations.length);
  expect(ids.filter((id) => !/^(get|post|put|patch|delete)[A-Z][A-Za-z0-9]*$/.test(id))).toEqual([]);
  expect(ids).toEqual(
    expect.arrayContaining(['getSyncsById', 'postSyncsByIdCancel', 'getModelChanges', 'getServiceLivez']),
  );
});

test('what is no HTTP is answered with a problem, too', async () => {
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').end('this is no request\r\n\r\n');
  let text = '';
  for await (const part of socket) text += String(part);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 400 Bad Request/);
  expect(head).toContain('content-type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'request-invalid' });
});

test('the address of the API leads to its page', async () => {
  const answer = await api.app.inject({ url: '/' });
  expect([answer.statusCode, answer.headers.location]).toEqual([302, '/docs']);
});

test.each([
  ['GET', '/v1/sync'],
  ['GET', '/v1/syncs/%E0%A4%A'],
  ['GET', `/v1/syncs/${'x'.repeat(300)}`],
])('%s %s is no route: a problem says so, and echoes no query', async (method, url) => {
  const answer = await api.app.inject({
    method: method as Method,
    url: `${url}?token=hunter2`,
    headers: api.as('admin'),
  });
  expect(answer.statusCode).toBeOneOf([400, 404, 414]);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ status: answer.statusCode, requestId: answer.headers['x-request-id'] });
  expect(answer.body).not.toContain('hunter2');
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '\0',
    "'; drop table control.run; --",
    '../../etc/passwd',
    '-1',
    '1e309',
    'null',
    'true',
    '𝒜',
    '%00',
  ),
  fc.constantFrom('auto', 'full', 'Contact', 'person', '5', '003000000000001', `run_${'a'.repeat(36)}`),
);

test('with the console beside it, a path that can be no file is one that there is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-console-'));
  await writeFile(join(folder, 'index.html'), '<title>Assay</title>');
  const other = await testApi({ console: folder });
  try {
    for (const path of ['/%00', '/v1/nope/%00', '/../x', `/v1/syncs/${'a'.repeat(5_000)}`]) {
      const answer = await other.app.inject({ url: path, headers: other.as('admin') });
      expect([answer.statusCode, answer.json().code], path.slice(0, 20)).toEqual([404, 'not-found']);
    }
    expect((await other.app.inject({ url: '/' })).body).toContain('<title>Assay</title>');
  } finally {
    await other.close();
    await rm(folder, { recursive: true });
  }
});

test('a method that a path does not have is refused as that, whatever it carries', async () => {
  for (const [method, url, status, allow] of [
    ['QUERY', '/v1/syncs', 405, 'GET, HEAD, POST'],
    ['PUT', '/v1/syncs', 405, 'GET, HEAD, POST'],
    ['PATCH', '/v1/findings/counts', 405, 'GET, HEAD'],
    ['POST', '/nowhere', 404, undefined],
  ] as const) {
    const answer = await api.app.inject({ method: method as Method, url, payload: '<xml/>' });
    expect([answer.statusCode, answer.headers.allow], `${method} ${url}`).toEqual([status, allow]);
  }
});

test('hostile and valid requests get only documented answers of the documented shape, and never a 5xx', async () => {
  const ajv = addFormats.default(new Ajv2020.default({ strict: false }));
  ajv.addSchema({ $id: 'api', ...document });
  const admin = api.as('admin');
  const request = fc.record({
    at: fc.nat(operations.length - 1),
    inPath: fc.option(hostile, { nil: undefined }),
    query: fc.dictionary(
      fc.oneof(
        fc.constantFrom('limit', 'cursor', 'object', 'rule', 'runId', 'entity', 'stale', 'ownerId', 'asOf'),
        hostile,
      ),
      hostile,
      { maxKeys: 3 },
    ),
    body: fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.record(
        {
          mode: hostile,
          objects: fc.array(hostile),
          id: hostile,
          cron: hostile,
          timeZone: hostile,
          reason: hostile,
          value: hostile,
        },
        { requiredKeys: [] },
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ at, inPath, query, body }) => {
      const { method, path, operation } = operations[at]!;
      // An event stream of a living sync has no end to inject into; syncs.db.test.ts reads it from a socket.
      fc.pre(!path.endsWith('/events') || inPath === undefined);
      const url =
        inPath === undefined ? filled(path) : path.replace(/\{\w+\}/, encodeURIComponent(inPath.toWellFormed()));
      const clean = Object.entries(query).map(([key, value]): [string, string] => [
        key.toWellFormed(),
        value.toWellFormed(),
      ]);
      const answer = await api.app.inject({
        method: method as Method,
        url: `${url}?${new URLSearchParams(clean)}`,
        headers: { ...admin, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
        ...(method === 'GET' ? {} : { payload: JSON.stringify(body) }),
      });
      const told = `${method} ${url} -> ${answer.statusCode} ${answer.body.slice(0, 300)}`;
      expect(answer.statusCode, told).toBeLessThan(500);
      // A path that no longer matches any route is a plain 404.
      if (answer.statusCode === 404) return;
      const documented = operation.responses[String(answer.statusCode)];
      expect(documented, told).toBeDefined();
      expect(undocumented(answer.headers, documented), told).toEqual([]);
      const type = String(answer.headers['content-type']).split(';')[0] ?? '';
      const schema = documented?.content?.[type]?.schema;
      expect(schema, `${told} ${type}`).toBeDefined();
      if (!type.endsWith('json')) return;
      const pointed = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
      expect(ajv.validate(pointed, answer.json()), `${told} ${ajv.errorsText()}`).toBe(true);
    }),
    { numRuns: 600, seed: 20_261_124 },
  );
});

/** Headers that say something about this answer, and not about the connection or how a browser treats any page. */
const spoken =
  /^(etag|location|link|allow|retry-after|www-authenticate|content-disposition|idempotent-replayed|x-r.*)$/;
const undocumented = (headers: object, documented: { headers?: object } | undefined) =>
  Object.keys(headers).filter((name) => spoken.test(name) && !(name in (documented?.headers ?? {})));

test('a list says in Link where its next page is, and nothing of what lies behind a key is kept by a cache', async () => {
  for (const name of ['one', 'two', 'three'])
    await createKey(api.db, { name, scopes: ['data:read'] }, systemActor('test'));
  const seen: string[] = [];
  let url: string | undefined = '/v1/keys?limit=2';
  for (; url !== undefined;) {
    const answer: Awaited<ReturnType<typeof api.app.inject>> = await api.app.inject({ url, headers: api.as('admin') });
    expect(answer.headers['cache-control']).toBe('no-store');
    const { data, nextCursor } = answer.json<{ data: { id: string }[]; nextCursor: string | null }>();
    seen.push(...data.map(({ id }) => id));
    const link: string | undefined = answer.headers.link?.toString();
    expect(link === undefined).toBe(nextCursor === null);
    url = link && /^<([^>]+)>; rel="next"$/.exec(link)![1];
    if (url) expect(url).toContain('limit=2');
  }
  const whole = await api.app.inject({ url: '/v1/keys?limit=100', headers: api.as('admin') });
  expect(whole.headers.link).toBeUndefined();
  expect(seen).toEqual(whole.json<{ data: { id: string }[] }>().data.map(({ id }) => id));
  expect(seen.length).toBeGreaterThan(3);
  const refused = await api.app.inject({ url: '/v1/golden?search=ann' });
  expect([refused.statusCode, refused.headers['cache-control']]).toEqual([401, 'no-store']);
});

test('the probes tell what is wrong', async () => {
  expect((await api.app.inject({ url: '/livez' })).statusCode).toBe(200);
  await api.db.query(sql`update control.outbox set sent_at = now()`);
  await api.db.query(sql`delete from control.run`);
  expect((await api.app.inject({ url: '/readyz' })).json().status).toBe('ready');
  await api.db.query(sql`insert into control.outbox (queue, job_id, payload, created_at)
    values ('sync', 'job_stuck', '{}', now() - interval '1 hour')`);
  const stuck = await api.app.inject({ url: '/readyz' });
  expect(stuck.statusCode).toBe(503);
  expect(stuck.json().checks.find((one: { ok: boolean }) => !one.ok).name).toBe('queue');
  const metrics = await api.app.inject({ url: '/metrics', headers: api.as('data:read') });
  expect(metrics.body).toMatch(/assay_oldest_waiting_seconds\{kind="outbox"\} 3[56]\d\d/);
});

test('a key that asks too often is told to wait, and another key is not', async () => {
  const other = await testApi({ requestsPerMinute: 3 });
  try {
    const ask = (scope: KeyScope) => other.app.inject({ url: '/v1/schedules', headers: other.as(scope) });
    for (let count = 0; count < 3; count += 1) expect((await ask('data:read')).statusCode).toBe(200);
    const refused = await ask('data:read');
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('admin')).statusCode).toBe(200);
  } finally {
    await other.close();
  }
});

test('a Salesforce id that does not fit is refused where it is, by whatever name a request has it', async () => {
  const id = '003000000000001ZZZ';
  const refused: [Method, string, object | undefined, string][] = [
    ['GET', `/v1/records/${id}`, undefined, '/params/salesforceId'],
    ['GET', `/v1/findings?ownerId=${id}`, undefined, '/query/ownerId'],
    ['GET', `/v1/fixes?ownerId=${id}`, undefined, '/query/ownerId'],
    ['GET', `/v1/forecast/rows?teamId=${id}`, undefined, '/query/teamId'],
    ['POST', '/v1/forgettings', { salesforceId: id }, '/salesforceId'],
    [
      'POST',
      '/v1/reviews',
      {
        entity: 'person',
        decision: 'different',
        reason: 'x',
        left: { salesforceId: '003000000000001' },
        right: { salesforceId: id },
      },
      '/right/salesforceId',
    ],
  ];
  for (const [method, url, payload, pointer] of refused) {
    const answer = await api.app.inject({ method, url, headers: api.as('admin'), ...(payload ? { payload } : {}) });
    expect([answer.statusCode, answer.json().code], `${method} ${url}`).toEqual([422, 'request-refused']);
    expect(answer.json().errors, `${method} ${url}`).toEqual([
      { pointer, message: expect.stringContaining('should end in AAA') },
    ]);
  }
});

test('a wrong shape is 400, an id of another shape is of nothing, and values that cannot be meant are 422', async () => {
  const statusOf = async (method: Method, url: string, payload?: object) =>
    (await api.app.inject({ method, url, headers: api.as('admin'), ...(payload ? { payload } : {}) })).statusCode;
  expect(await statusOf('GET', '/v1/findings?limit=0')).toBe(400);
  expect(await statusOf('GET', '/v1/findings?unknown=1')).toBe(400);
  expect(await statusOf('POST', '/v1/keys', { name: 'a' })).toBe(400);
  expect(await statusOf('GET', '/v1/incidents/None')).toBe(404);
  expect(await statusOf('GET', '/v1/connections/*/deletion')).toBe(404);
  expect(await statusOf('GET', '/v1/records/003000000000001ZZZ')).toBe(422);
  expect(await statusOf('POST', '/v1/keys', { name: 'a', scopes: ['admin', 'admin'] })).toBe(422);
  expect(await statusOf('POST', '/v1/syncs', { objects: ['Lead', 'Lead'] })).toBe(422);
});
