/** With Redis, several services count the requests of a key together; without it, or while it is away, nobody is shut out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { openCounter } from '../../src/queue/connection.ts';
import { backends, startRedis } from '../queue/backends.ts';
import { type TestApi, testApi } from './api.ts';
import { buildApp } from '../../src/http/app.ts';
import { loadDefinitions } from '../../config/index.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

test.skipIf(!backends.includes('redis'))(
  'three requests here and two there are five of one key; another key has its own',
  async () => {
    const redis = await startRedis();
    const counters = [openCounter({ redisUrl: redis.url }, silentLog), openCounter({ redisUrl: redis.url }, silentLog)];
    const definitions = await loadDefinitions();
    const base = { db: api.db, definitions, log: silentLog, clock: systemClock, requestsPerMinute: 5 };
    const apps = await Promise.all(counters.map((counter) => buildApp({ ...base, counter })));
    await expect.poll(() => counters.every(({ status }) => status === 'ready')).toBe(true);
    const ask = async (at: number, key: 'admin' | 'data:read') =>
      (await apps[at]!.inject({ url: '/v1/me', headers: api.as(key) })).statusCode;
    const here = [await ask(0, 'admin'), await ask(0, 'admin'), await ask(0, 'admin')];
    const there = [await ask(1, 'admin'), await ask(1, 'admin'), await ask(1, 'admin')];
    expect([here, there]).toEqual([
      [200, 200, 200],
      [200, 200, 429],
    ]);
    expect(await ask(0, 'admin')).toBe(429);
    expect(await ask(1, 'data:read')).toBe(200);
    await redis.stop();
    expect(await ask(1, 'admin')).toBe(200);
    await Promise.all(apps.map((app) => app.close()));
    for (const counter of counters) counter.disconnect();
  },
);
