/** Every route that is registered, also those no document names, by every scope and every key that is none: nobody else gets in. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, type KeyScope, revokeKey, scope } from '../../src/control/key.ts';
import { keyRing } from '../../src/control/secret.ts';
import { systemActor } from '../../src/model/actor.ts';
import { type TestApi, testApi } from './api.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
type Operation = { security: { key: KeyScope[] }[] };
type Document = { paths: Record<string, Record<string, Operation>> };
type Route = { method: Method; path: string; name: string };

/** What anybody may ask without a key, each with a reason: probes, pages without data, ways in, what carries its own proof. */
const open = [
  'GET /*',
  'GET /docs',
  'GET /docs/',
  'GET /docs/*',
  'GET /docs/json',
  'GET /docs/static/index.html',
  'GET /docs/static/swagger-initializer.js',
  'GET /docs/yaml',
  'GET /errors/:code',
  'GET /livez',
  'GET /openapi.json',
  'GET /openapi.yaml',
  'GET /readyz',
  // The link is the proof.
  'GET /team/:token',
  'GET /v1/sessions/begin',
  'GET /v1/sessions/finish',
  'GET /v1/sessions/provider',
  'POST /v1/sessions',
  // Slack signs.
  'POST /v1/slack/interactions',
];
/** Behind a key, and in no document. */
const hidden: Record<string, KeyScope[]> = { 'POST /mcp': ['data:read'] };

/** Some thousand requests: 8 s of a processor. */
const patience = 400_000;

let api: TestApi;
let folder: string;
let routes: Route[];
let needed: Map<string, KeyScope[]>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-console-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  api = await testApi({ keys: keyRing(Buffer.alloc(32, 1).toString('base64'), ''), console: folder });
  routes = registered(api.app.printRoutes({ commonPrefix: false }));
  const document: Document = (await api.app.inject({ url: '/docs/json' })).json();
  needed = new Map(Object.entries(hidden));
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { security }] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      if (security[0]) needed.set(name, security[0].key);
    }
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

/** The routes of Fastify's own drawing of its tree: each line is a part of a path below the one that stands further left. */
function registered(tree: string): Route[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^([ │├└─]*)(\S+)(?: \(([A-Z, ]+)\))?$/u.exec(line);
    if (!found) return [];
    const [, indent, part, methods = ''] = found as unknown as [string, string, string, string | undefined];
    const depth = indent.length / 4 - 1;
    above.length = depth;
    above[depth] = part;
    const path = `/${above.join('')}`.replaceAll(/\/+/g, '/');
    return methods
      .split(', ')
      .filter(Boolean)
      .map((method) => ({ method: method as Method, path, name: `${method} ${path}` }));
  });
}

/** Ids of nothing: who is let in learns that there is nothing, or that the request lacks what it needs. */
const ask = ({ method, path }: Route, headers: Record<string, string>) =>
  api.app.inject({ method, url: path.replaceAll(/:\w+/g, 'nothing').replace('*', 'nothing.js'), headers });
const asGet = ({ method, path }: Route) => `${method === 'HEAD' ? 'GET' : method} ${path}`;

test('each route that is registered is open by name, or needs a scope by the document or by name', () => {
  const names = routes.filter(({ method }) => method !== 'HEAD').map(({ name }) => name);
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !open.includes(name) && !needed.has(name))).toEqual([]);
  expect([...open, ...needed.keys()].filter((name) => !names.includes(name))).toEqual([]);
  expect(open.filter((name) => needed.has(name))).toEqual([]);
});

test(
  'the matrix: each route lets in its own scope and admin, by key and by session, and no other',
  { timeout: patience },
  async () => {
    const cookies = {} as Record<KeyScope, string>;
    for (const one of scope.options) {
      const made = await api.app.inject({ method: 'POST', url: '/v1/sessions', payload: { key: api.keys[one] } });
      cookies[one] = String(made.headers['set-cookie']).split(';')[0]!;
    }
    const wrong: string[] = [];
    let asked = 0;
    for (const route of routes) {
      const scopes = needed.get(route.name);
      // Ending sessions would end those this test goes on with.
      if (scopes === undefined || route.path.startsWith('/v1/sessions')) continue;
      const each = scope.options.flatMap((one) => [api.as(one), { cookie: cookies[one] }].map((by) => ({ one, by })));
      asked += each.length;
      const answers = await Promise.all(each.map(({ by }) => ask(route, by)));
      for (const [at, { statusCode }] of answers.entries()) {
        const { one } = each[at]!;
        const may = scopes.length === 0 || one === 'admin' || scopes.includes(one);
        const isLetIn = statusCode !== 401 && statusCode !== 403;
        if (isLetIn !== may) wrong.push(`${route.name} as ${one}: ${statusCode}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(100 * 10);
  },
);

test(
  'no key, a malformed, unknown, expired or revoked one opens nothing, and one without a scope only what any key does',
  { timeout: patience },
  async () => {
    const by = systemActor('test');
    const expired = await createKey(api.db, { name: 'old', scopes: ['admin'], expiresAt: new Date(0) }, by);
    const revoked = await createKey(api.db, { name: 'gone', scopes: ['admin'] }, by);
    await revokeKey(api.db, revoked.id, by, new Date());
    const bare = await createKey(api.db, { name: 'none', scopes: [] }, by);
    const session = `assay_session=${'A'.repeat(43)}`;
    const nobody: [string, Record<string, string>][] = [
      ['no key', {}],
      ['a malformed key', { authorization: 'Bearer x' }],
      ['an unknown key', { authorization: `Bearer sk_live_${'A'.repeat(43)}` }],
      ['an expired key', { authorization: `Bearer ${expired.key}` }],
      ['a revoked key', { authorization: `Bearer ${revoked.key}` }],
      ['an admin key of another kind', { authorization: `Basic ${api.keys.admin}` }],
      ['an unknown session', { cookie: session }],
      ['an admin key as a session', { cookie: `assay_session=${api.keys.admin}` }],
    ];
    const wrong: string[] = [];
    for (const route of routes) {
      const scopes = needed.get(asGet(route));
      if (scopes === undefined) {
        // An open route says the same, whatever key comes with it.
        const [without, revokedKey] = [await ask(route, {}), await ask(route, nobody[4]![1])];
        if (without.statusCode !== revokedKey.statusCode) wrong.push(`${route.name} heeds a key`);
        if (without.statusCode === 401 || without.statusCode === 403) wrong.push(`${route.name} is not open`);
        continue;
      }
      // HEAD is answered by the guards of GET: asked with one of them.
      const each = route.method === 'HEAD' ? nobody.slice(0, 1) : nobody;
      const answers = await Promise.all(each.map(([, headers]) => ask(route, headers)));
      for (const [at, answer] of answers.entries()) {
        const isProblem = route.method === 'HEAD' || answer.json<{ code?: string }>().code === 'unauthenticated';
        const isRefused = answer.statusCode === 401 && isProblem && answer.headers['www-authenticate'] === 'Bearer';
        if (!isRefused) wrong.push(`${route.name} with ${each[at]![0]}: ${answer.statusCode}`);
      }
      const { statusCode } = await ask(route, { authorization: `Bearer ${bare.key}` });
      if (statusCode === 403 ? scopes.length === 0 : scopes.length > 0) wrong.push(`${route.name} bare: ${statusCode}`);
    }
    expect(wrong).toEqual([]);
  },
);
