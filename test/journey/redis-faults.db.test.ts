import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { backends, startRedis, until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';
import { startSilentProxy } from './silent-proxy.ts';
import { nothingDoubled } from './state.ts';

const objects = ['User', 'Account', 'Contact'];

// PostgreSQL is the truth: whatever Redis loses is rebuilt from it.
describe.runIf(backends.includes('redis'))('the queue on Redis', { timeout: 400_000 }, () => {
  let org: Org;
  let service: Service;
  let api: Api;
  beforeAll(async () => {
    org = await startOrg({ accounts: 20 });
    service = await prepareService({ queue: 'redis', emulator: org.emulator });
    api = await service.serve();
  });
  afterAll(async () => {
    await service.close();
    await org.close();
  });

  const flush = async () => {
    const redis = new Redis(service.redis!.url);
    await redis.flushall();
    redis.disconnect();
  };
  const reached = (id: string, stage: string) =>
    until(async () => (await api.read(id)).stages.some((one) => one.stage === stage), 300);
  const succeeded = async (id: string) => {
    const run = await api.finished(id);
    expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
    expect(await nothingDoubled(service.db)).toEqual([]);
  };

  it('forgets everything in mid-run: the run ends, the next starts, the beats come back', async () => {
    const worker = service.worker();
    await worker.ready;
    const id = await api.start({ objects });
    await reached(id, 'pull');
    await flush();
    await succeeded(id);
    await succeeded(await api.start({ objects }));
    expect(await worker.stop()).toEqual([0, null]);
  });

  it('forgets everything while its worker is killed: the next worker takes the run up', async () => {
    const worker = service.worker();
    await worker.ready;
    const id = await api.start({ objects });
    await reached(id, 'pull');
    worker.process.kill('SIGKILL');
    await worker.ended;
    await flush();
    const next = service.worker();
    await succeeded(id);
    expect(await next.stop()).toEqual([0, null]);
  });

  it.each(['before a run starts', 'in mid-run'])(
    'has no memory left, %s: nothing is lost, and it is said',
    async (when) => {
      const redis = new Redis(service.redis!.url);
      // The policy the documentation asks for: a full Redis refuses instead of forgetting.
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      const worker = service.worker();
      await worker.ready;
      const fill = () => redis.config('SET', 'maxmemory', '1');
      if (when === 'before a run starts') await fill();
      const id = await api.start({ objects });
      if (when === 'in mid-run') {
        await reached(id, 'pull');
        await fill();
      }
      await until(() => /OOM command not allowed/.test(service.log()), 200);
      if (when === 'before a run starts') expect((await api.read(id)).state).toBe('queued');
      await redis.config('SET', 'maxmemory', '0');
      await succeeded(id);
      await succeeded(await api.start({ objects }));
      expect(await worker.stop()).toEqual([0, null]);
      redis.disconnect();
    },
  );

  it('is restarted in mid-run, empty: the run ends and the next starts', async () => {
    const worker = service.worker();
    await worker.ready;
    const id = await api.start({ objects });
    await reached(id, 'pull');
    const { port } = service.redis!;
    await service.redis!.stop();
    service.redis!.stop = (await startRedis(port)).stop;
    await succeeded(id);
    await succeeded(await api.start({ objects }));
    expect(await worker.stop()).toEqual([0, null]);
    const [crashes] = await service.db.query<{ n: number }>(sql`select sum(crash_count)::int as n from control.run`);
    // Only the worker we killed.
    expect(crashes!.n).toBe(1);
  });

  it.each(['idle', 'in mid-pull'])(
    'is away when a worker that is %s has to stop: it ends with 0 within 20 s',
    async (when) => {
      const { hostname: host, port } = new URL(service.redis!.url);
      const proxy = await startSilentProxy({ host, port: Number(port) });
      const worker = service.start('worker', { REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
      await worker.ready;
      let id: string | undefined;
      if (when !== 'idle') {
        await org.post('faults', { kind: 'slow', delayMs: 120_000, sobject: 'Contact', path: '.', times: 1 });
        id = await api.start({ objects });
        await until(async () => (await api.read(id!)).stages.some(({ subject }) => subject === 'Contact'), 300);
      }
      await proxy.close();
      const from = Date.now();
      expect(await worker.stop()).toEqual([0, null]);
      expect(Date.now() - from).toBeLessThan(20_000);
      if (!id) return;
      expect((await api.read(id)).state).toBe('queued');
      const next = service.worker();
      await succeeded(id);
      expect(await next.stop()).toEqual([0, null]);
    },
  );
});
