/** A worker that vanishes with its connections open, a frozen machine or a power cut behind a proxy, is replaced within two leases. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseSeconds } from '../../src/control/evict.ts';
import { testDatabase } from '../database.ts';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { isFrozen, prepareService, type Service } from './service.ts';
import { startSilentProxy } from './silent-proxy.ts';
import { nothingDoubled, stateOf } from './state.ts';

const objects = ['User', 'Account', 'Contact'];
/** Milliseconds until another worker has to be at it: two leases. */
const patience = 2 * leaseSeconds * 1000;

let org: Org;
beforeAll(async () => {
  org = await startOrg({ accounts: 15 });
});
afterAll(async () => {
  await org.close();
});

/** The fence a run is held under; a share lock of the vanished worker does not hinder this look. */
const fenceOf = async ({ db }: Service, id: string): Promise<number> => {
  const [row] = await db.query<{ fence: number }>(sql`select fence::int as fence from control.run where id = ${id}`);
  return row!.fence;
};

describe.concurrent.each([
  'pull.before_commit#2',
  // Its transaction holds the run's own row.
  'lease.fenced#4',
  'publish.before_commit',
])('frozen at %s', (point) => {
  it(
    'another worker takes over in time, and the frozen one wakes up without a trace',
    { timeout: 400_000 },
    async () => {
      const service = await prepareService({ queue: 'postgres', emulator: org.emulator });
      try {
        const api = await service.serve();
        const frozen = service.worker(`${point}!stop`);
        await frozen.ready;
        const id = await api.start({ objects, mode: 'full' });
        await until(() => isFrozen(frozen.process.pid!));
        const from = Date.now();
        const next = service.worker();
        await next.ready;
        await until(async () => (await fenceOf(service, id)) > 1 || Date.now() > from + patience);
        expect(await fenceOf(service, id), `not taken over after ${Date.now() - from} ms`).toBe(2);
        const run = await api.finished(id);
        expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);

        const before = await stateOf(service.db);
        frozen.process.kill('SIGCONT');
        await sleep(5_000);
        expect(await stateOf(service.db)).toEqual(before);
        expect(await api.read(id)).toEqual(run);
        expect(await next.stop()).toEqual([0, null]);
        // It is no worse than the other one.
        expect((await api.finished(await api.start({ objects }))).state).toMatch(/^succeeded/);
        expect(await nothingDoubled(service.db)).toEqual([]);
        expect(await frozen.stop()).toEqual([0, null]);
      } finally {
        await service.close();
      }
    },
  );
});

describe('a worker that is gone', () => {
  it.concurrent(
    'killed behind a proxy that has fallen silent: readiness names its run, another worker takes over',
    { timeout: 400_000 },
    async () => {
      const db = await testDatabase();
      const at = new URL(db.url);
      const proxy = await startSilentProxy({ host: at.hostname, port: Number(at.port) });
      at.hostname = '127.0.0.1';
      at.port = String(proxy.port);
      const service = await prepareService({ queue: 'postgres', emulator: org.emulator, database: db });
      try {
        const api = await service.serve();
        const killed = service.start('worker', { DATABASE_URL: at.href, CRASH_AT: 'lease.fenced#6!stop' });
        const id = await api.start({ objects, mode: 'full' });
        await until(() => isFrozen(killed.process.pid!));
        proxy.silence();
        killed.process.kill('SIGKILL');
        await killed.ended;
        const from = Date.now();
        const readiness = async () => (await (await fetch(`${api.url}/readyz`)).json()) as { status: string };
        expect(JSON.stringify(await readiness())).not.toContain(id);
        // Nobody is there to take it over yet.
        await until(async () => JSON.stringify(await readiness()).includes(id) || Date.now() > from + patience, 1_000);
        expect(await readiness()).toMatchObject({ status: 'not-ready' });
        expect(JSON.stringify(await readiness())).toContain(id);

        await service.worker().ready;
        const run = await api.finished(id);
        expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
        expect(await readiness()).toMatchObject({ status: 'ready' });
        expect(await nothingDoubled(db)).toEqual([]);
      } finally {
        await service.close();
        await proxy.close();
        await db.close();
      }
    },
  );

  it.concurrent(
    'with no worker left, a run whose lease has run out is cancelled by the API itself',
    { timeout: 400_000 },
    async () => {
      const service = await prepareService({ queue: 'postgres', emulator: org.emulator });
      try {
        const api = await service.serve();
        const frozen = service.worker('lease.fenced#6!stop');
        const id = await api.start({ objects, mode: 'full' });
        await until(() => isFrozen(frozen.process.pid!));
        await sleep((leaseSeconds + 1) * 1000);
        const answer = await api.call('POST', `/v1/syncs/${id}/cancel`);
        expect(answer.status).toBe(202);
        expect(await answer.json()).toMatchObject({ id, state: 'canceled', reasonCode: 'canceled' });
        // The org is free again, and the one that wakes up changes nothing.
        const next = await api.start({ objects });
        frozen.process.kill('SIGCONT');
        expect((await api.finished(next)).state).toMatch(/^succeeded/);
        expect(await api.read(id)).toMatchObject({ state: 'canceled' });
        expect(await frozen.stop()).toEqual([0, null]);
      } finally {
        await service.close();
      }
    },
  );

  it.concurrent(
    'frozen while it looks for due schedules, a worker keeps no other from starting them',
    { timeout: 400_000 },
    async () => {
      const service = await prepareService({ queue: 'postgres', emulator: org.emulator });
      try {
        const api = await service.serve();
        const put = { id: 'nightly', cron: '0 2 * * *', timeZone: 'UTC', objects };
        expect((await api.call('PUT', '/v1/schedules', put)).ok).toBe(true);
        await service.db.query(sql`update control.schedule set settled_until = now() - interval '23 hours 59 minutes'`);
        const frozen = service.worker('schedule.claimed!stop');
        await until(() => isFrozen(frozen.process.pid!));
        const from = Date.now();
        await service.worker().ready;
        const started = await until(async () => {
          const rows = await service.db.query(sql`select from control.run where trigger = 'schedule'`);
          return rows.length > 0 || Date.now() > from + patience;
        });
        expect(started).toBe(true);
        expect(await service.db.query(sql`select from control.run where trigger = 'schedule'`)).toHaveLength(1);
      } finally {
        await service.close();
      }
    },
  );
});
