/** What the API answers becomes its JSON, or a fault in the API's words. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../src/client/api.ts';

let answer: { status: number; headers?: Record<string, string>; body: object };
const server = createServer((_request, response) => {
  response.writeHead(answer.status, { 'content-type': 'application/problem+json', ...answer.headers });
  response.end(JSON.stringify(answer.body));
});
let url: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test('a fault inside the API comes with the requestId that its hint asks for', async () => {
  const body = { code: 'internal', detail: 'The request could not be answered.', requestId: 'req_7' };
  answer = { status: 500, body };
  await expect(request({ url, key: 'x' }, '/v1/syncs')).rejects.toMatchObject({
    code: 'internal',
    message: 'The request could not be answered. (req_7)',
  });
});

test('a fault with a place to look at names that place', async () => {
  const body = { code: 'sync-already-active', detail: 'One is under way.', requestId: 'req_8' };
  answer = { status: 409, headers: { location: '/v1/syncs/run_1' }, body };
  await expect(request({ url, key: 'x' }, '/v1/syncs')).rejects.toMatchObject({
    message: 'One is under way. (/v1/syncs/run_1)',
  });
});
