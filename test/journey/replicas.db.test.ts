import { afterAll, beforeAll, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service, type Sync } from './service.ts';
import { nothingDoubled } from './state.ts';

const objects = ['User', 'Account', 'Contact'];
let org: Org;
let service: Service;
let apis: [Api, Api];
beforeAll(async () => {
  org = await startOrg({ accounts: 20 });
  service = await prepareService({ queue: 'postgres', emulator: org.emulator });
  apis = [await service.serve(), await service.serve()];
});
afterAll(async () => {
  await service.close();
  await org.close();
});

const reached = (id: string, stage: string) =>
  until(async () => (await apis[0].read(id)).stages.some((one) => one.stage === stage), 300);
const cancel = (id: string) => apis[0].call('POST', `/v1/syncs/${id}/cancel`);

it('two APIs asked fifty times at once start one sync and point every other asker to it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const answer = await apis[n % 2]!.call('POST', '/v1/syncs', { objects });
      return { status: answer.status, location: answer.headers.get('location') };
    }),
  );
  const taken = answers.filter(({ status }) => status === 202);
  expect(taken).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
  expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
  await cancel(taken[0]!.location!.split('/').at(-1)!);
});

it('an API killed between its commit and its answer: the same key at another gets the sync it had started', async () => {
  const dying = await service.serve({ CRASH_AT: 'api.committed' });
  const ask = (api: Api) => api.call('POST', '/v1/syncs', { objects }, { 'idempotency-key': 'night-1' });
  expect(await ask(dying).catch(() => 'no answer')).toBe('no answer');
  expect(await dying.part.ended).toEqual([null, 'SIGKILL']);
  const answer = await ask(apis[1]);
  expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
  const { id } = (await answer.json()) as Sync;
  const active = await service.db.query<{ id: string }>(sql`select id from control.run where state = 'queued'`);
  expect(active).toEqual([{ id }]);
  await cancel(id);
});

it(
  'a worker told to stop in mid-pull ends with 0 in time, counts as no crash, and the next goes on',
  { timeout: 400_000 },
  async () => {
    // Salesforce answers far too late for a shutdown.
    await org.post('faults', { kind: 'slow', delayMs: 120_000, sobject: 'Contact', path: '/results', times: 1 });
    const id = await apis[0].start({ objects });
    const worker = service.worker();
    await until(async () => {
      const { stages } = await apis[0].read(id);
      return stages.some(({ stage, subject }) => stage === 'pull' && subject === 'Contact');
    }, 300);
    expect(await worker.stop()).toEqual([0, null]);
    expect((await apis[0].read(id)).state).toBe('queued');
    const next = service.worker();
    const run = await apis[0].finished(id);
    expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
    const [row] = await service.db.query(sql`select crash_count from control.run where id = ${id}`);
    expect(row).toEqual({ crash_count: 0 });
    expect(await nothingDoubled(service.db)).toEqual([]);
    expect(await next.stop()).toEqual([0, null]);
  },
);

it('two workers that come up after a missed night run its slot once', { timeout: 400_000 }, async () => {
  const put = await apis[0].call('PUT', '/v1/schedules', {
    id: 'nightly',
    cron: '0 2 * * *',
    timeZone: 'UTC',
    objects,
  });
  expect(put.ok).toBe(true);
  await service.db.query(sql`update control.schedule set settled_until = now() - interval '23 hours 59 minutes'`);
  const workers = [service.worker(), service.worker()];
  await Promise.all(workers.map(({ ready }) => ready));
  await reached((await scheduled())[0]!, 'pull');
  await apis[0].finished((await scheduled())[0]!);
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(await scheduled()).toHaveLength(1);
});

const scheduled = () =>
  until(async () => {
    const runs = await service.db.query<{ id: string }>(sql`select id from control.run where trigger = 'schedule'`);
    return runs.length > 0 && runs.map(({ id }) => id);
  });
