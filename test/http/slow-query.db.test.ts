/** Requests whose queries wait or find no database: they end in time, by name, and leave the others their connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { buildApp } from '../../src/http/app.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { testApi, type TestApi } from './api.ts';

let api: TestApi;
let db: Db;
let app: Awaited<ReturnType<typeof buildApp>>;
const open = async (own: Db) =>
  buildApp({ db: own, definitions: await loadDefinitions(), log: silentLog, clock: systemClock });
beforeAll(async () => {
  api = await testApi();
  db = connect(api.db.url, { name: 'api', maxConnections: 3, statementTimeout: 1_000 });
  app = await open(db);
});
afterAll(async () => {
  await app.close();
  await db.close();
  await api.close();
});
const ask = (url: string, from = app) => from.inject({ url, headers: api.as('data:read') });

it('a query that waits for a lock is given up in time, and its connection serves the next', async () => {
  let free = () => {};
  const held = new Promise<void>((done) => (free = done));
  const holder = api.db.transaction(async (tx) => {
    await tx.query(sql`lock table quality.finding in access exclusive mode`);
    await held;
  });
  await sleep(200);
  const started = performance.now();
  // More than there are connections: those behind wait for one.
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask('/v1/findings')));
  expect(performance.now() - started).toBeLessThan(5_000);
  for (const answer of answers) {
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'database-slow', hint: expect.stringContaining('API_QUERY_SECONDS') });
  }
  expect((await ask('/v1/syncs')).statusCode).toBe(200);
  free();
  await holder;
  expect((await ask('/v1/findings')).statusCode).toBe(200);
});

it('readiness answers while requests hold every connection and wait', async () => {
  const probeDb = connect(api.db.url, { name: 'api', maxConnections: 2 });
  const probed = await buildApp({
    db,
    probeDb,
    definitions: await loadDefinitions(),
    log: silentLog,
    clock: systemClock,
  });
  let free = () => {};
  const held = new Promise<void>((done) => (free = done));
  const holder = api.db.transaction(async (tx) => {
    await tx.query(sql`lock table quality.finding in access exclusive mode`);
    await held;
  });
  await sleep(200);
  const waiting = Array.from({ length: 9 }, () => ask('/v1/findings', probed));
  const started = performance.now();
  const took = async (from: typeof app) => {
    const { statusCode } = await from.inject('/readyz');
    return { statusCode, seconds: (performance.now() - started) / 1000 };
  };
  const [own, shared] = await Promise.all([took(probed), took(app)]);
  free();
  expect((await Promise.all(waiting)).some(({ statusCode }) => statusCode === 503)).toBe(true);
  await holder;
  expect(own.statusCode).toBe(200);
  // Three connections for nine requests of a second each: behind them a probe waits its turn.
  expect(shared.seconds).toBeGreaterThan(own.seconds + 1);
  await probed.close();
  await probeDb.close();
});

it('a migration may take longer than a request', async () => {
  let free = () => {};
  const held = new Promise<void>((done) => (free = done));
  const holder = api.db.transaction(async (tx) => {
    await tx.query(sql`lock table public.schema_migration in access exclusive mode`);
    await held;
  });
  await sleep(200);
  const migrated = migrate(db);
  await sleep(1_500);
  free();
  expect(await migrated).toEqual([]);
  await holder;
});

it('a database that is not there is said as that, without its address', async () => {
  const url = new URL(api.db.url);
  url.port = '9';
  const nowhere = connect(url.href, { name: 'nowhere' });
  const lost = await open(nowhere);
  const answer = await ask('/v1/syncs', lost);
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
  expect(answer.json()).toMatchObject({ code: 'database-unreachable' });
  expect(answer.body).not.toContain(url.hostname);
  const ready = await lost.inject('/readyz');
  expect(ready.statusCode).toBe(503);
  expect(ready.json().checks[0]).toMatchObject({ name: 'postgres', ok: false });
  expect(ready.body).not.toContain(url.hostname);
  await lost.close();
  await nowhere.close();
});
