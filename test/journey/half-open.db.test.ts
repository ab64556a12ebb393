/** Connections that die without a word, to PostgreSQL, Redis and Salesforce: the run goes on, nothing is lost, nothing doubled. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { describe, expect, it, type TestContext } from 'vitest';
import { backends, until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';
import { type SilentProxy, startSilentProxy } from './silent-proxy.ts';
import { nothingDoubled } from './state.ts';
import { testDatabase } from '../database.ts';

const objects = ['User', 'Account', 'Contact', 'Lead'];
/** The faults' own measure (operations.md 2.3, rows 11 and 14): so long nothing passes. */
const silentMilliseconds = 20_000;

/** Closed when its test ends, the last one first: the tests run side by side, as each of them mostly waits. */
type Keep = <T extends { close(): Promise<void> }>(one: T) => T;
const keeper =
  ({ onTestFinished }: TestContext): Keep =>
  (one) => {
    onTestFinished(() => one.close());
    return one;
  };

async function proxied(url: string, kept: Keep): Promise<{ proxy: SilentProxy; url: string }> {
  const at = new URL(url);
  const proxy = kept(await startSilentProxy({ host: at.hostname, port: Number(at.port) }));
  at.hostname = '127.0.0.1';
  at.port = String(proxy.port);
  return { proxy, url: at.href };
}

/** Returns what exists twice, or is left over, after a run through the silence and another one. */
async function liveThrough(service: Service, org: Org, api: Api, proxy: SilentProxy): Promise<string[]> {
  const worker = service.worker();
  await worker.ready;
  const id = await api.start({ objects, mode: 'full' });
  await until(
    async () => (await service.db.query(sql`select from control.run_stage where run_id = ${id}`)).length > 0,
    5,
  );
  proxy.silence();
  await sleep(silentMilliseconds);
  proxy.heal();
  const run = await until(() => api.finished(id).catch(() => null), 500);
  expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
  // The same worker process lived through it.
  expect(worker.process.exitCode).toBeNull();
  for (const object of ['Contact', 'Lead']) {
    const rows = (await (await fetch(`${org.emulator.url}/control/rows?sobject=${object}`)).json()) as { Id: string }[];
    const mirrored = await service.db.query<{ id: string }>(
      object === 'Contact' ? sql`select id from mirror.contact` : sql`select id from mirror.lead`,
    );
    expect(mirrored.map((row) => row.id).sort()).toEqual(rows.map((row) => row.Id).sort());
  }
  // Another run finds nothing in its way.
  expect((await api.finished(await api.start({ objects }))).state).toMatch(/^succeeded/);
  expect(await worker.stop()).toEqual([0, null]);
  return nothingDoubled(service.db);
}

describe.concurrent('a connection that dies without a word', () => {
  it('PostgreSQL: every connection of API and worker dies in mid-run', { timeout: 600_000 }, async (context) => {
    const kept = keeper(context);
    const org = kept(await startOrg({ accounts: 25 }));
    const db = kept(await testDatabase());
    const { proxy, url } = await proxied(db.url, kept);
    const service = kept(
      await prepareService({
        queue: 'postgres',
        emulator: org.emulator,
        database: db,
        environment: { DATABASE_URL: url },
      }),
    );
    expect(await liveThrough(service, org, await service.serve(), proxy)).toEqual([]);
  });

  it('Salesforce: connections die in mid-pull', { timeout: 600_000 }, async (context) => {
    const kept = keeper(context);
    const org = kept(await startOrg({ accounts: 25 }));
    const { proxy, url } = await proxied(org.emulator.url, kept);
    const environment = { SALESFORCE_LOGIN_URL: url.replace(/\/$/, ''), SALESFORCE_SILENCE_SECONDS: '5' };
    const service = kept(await prepareService({ queue: 'postgres', emulator: org.emulator, environment }));
    expect(await liveThrough(service, org, await service.serve(), proxy)).toEqual([]);
  });

  it.runIf(backends.includes('redis'))(
    'Redis: every connection of API and worker dies in mid-run',
    { timeout: 600_000 },
    async (context) => {
      const kept = keeper(context);
      const org = kept(await startOrg({ accounts: 25 }));
      const service = kept(await prepareService({ queue: 'redis', emulator: org.emulator }));
      const { proxy, url } = await proxied(service.redis!.url, kept);
      const ofProxy = { REDIS_URL: url.replace(/\/$/, '') };
      const through = { ...service, worker: () => service.start('worker', ofProxy) };
      expect(await liveThrough(through, org, await service.serve(ofProxy), proxy)).toEqual([]);
    },
  );
});
