/** Every route by every scope, by key and by session, as the document has them: nobody else gets in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KeyScope, scope } from '../../src/control/key.ts';
import { keyRing } from '../../src/control/secret.ts';
import { type TestApi, testApi } from './api.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Operation = { security: { key: KeyScope[] }[] };
type Document = { paths: Record<string, Record<string, Operation>> };

let api: TestApi;
let operations: { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  api = await testApi({ keys: keyRing(Buffer.alloc(32, 1).toString('base64'), '') });
  const document: Document = (await api.app.inject({ url: '/docs/json' })).json();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => api.close());

test('the matrix: each route lets in its own scope and admin, by key and by session, and no other', async () => {
  const cookies = {} as Record<KeyScope, string>;
  for (const one of scope.options) {
    const made = await api.app.inject({ method: 'POST', url: '/v1/sessions', payload: { key: api.keys[one] } });
    cookies[one] = String(made.headers['set-cookie']).split(';')[0]!;
  }
  const wrong: string[] = [];
  let asked = 0;
  for (const { method, path, operation } of operations) {
    // Ending sessions would end those this test goes on with.
    const needed = operation.security[0]?.key;
    if (needed === undefined || path.startsWith('/v1/sessions')) continue;
    for (const one of scope.options) {
      const may = needed.length === 0 || one === 'admin' || needed.includes(one);
      for (const headers of [api.as(one), { cookie: cookies[one] }]) {
        asked += 1;
        // Ids of nothing: who is let in learns that there is nothing, or that the request lacks what it needs.
        const url = path.replaceAll(/\{\w+\}/g, 'nothing');
        const { statusCode } = await api.app.inject({ method: method as Method, url, headers });
        const isLetIn = statusCode !== 401 && statusCode !== 403;
        if (isLetIn !== may) wrong.push(`${method} ${path} as ${one}: ${statusCode}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(operations.length * 10);
});
