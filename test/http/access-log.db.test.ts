/** One line of the log for each answer, with who asked and what for, and nothing of what a path or a query holds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Log } from '../../src/model/ports.ts';
import { silentLog } from '../../src/model/ports.ts';
import { type TestApi, testApi } from './api.ts';

type Line = Record<string, unknown>;
let api: TestApi;
let lines: Line[] = [];
const log: Log = { ...silentLog, info: (fields: object, message: string) => lines.push({ ...fields, message }) };
beforeAll(async () => {
  api = await testApi({ log });
});
afterAll(() => api.close());

test.each([
  ['GET', '/v1/me', 200, '/v1/me'],
  ['GET', '/v1/records/003000000000001?x=ada@acme.com', 400, '/v1/records/:salesforceId'],
  ['POST', '/v1/me', 405, 'unknown'],
  ['GET', '/v1/nothing/ada@acme.com', 404, 'unknown'],
])('%s %s is one line', async (method, url, status, route) => {
  lines = [];
  const answer = await api.app.inject({ method: method as 'GET', url, headers: api.as('admin') });
  expect(answer.statusCode).toBe(status);
  expect(lines).toMatchObject([
    { message: 'answered', requestId: answer.headers['x-request-id'], method, route, status, ip: '127.0.0.1' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('ada@acme.com');
  expect(lines[0]!.by).toEqual(route === 'unknown' ? null : expect.stringMatching(/^key:key_/));
});

test('a stranger is a line with no name, and never with the key that was tried', async () => {
  lines = [];
  const key = `assay_${'hunter2'.repeat(7)}`;
  await api.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${key}` } });
  expect(lines).toMatchObject([{ status: 401, by: null }]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('probes leave none', async () => {
  lines = [];
  await api.app.inject({ url: '/livez' });
  await api.app.inject({ url: '/readyz' });
  expect(lines).toEqual([]);
});
