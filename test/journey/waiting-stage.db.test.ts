/** A stage that waits for a lock of another program: readiness and metrics say so and name its session, and its sync can be cancelled. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';

type Readiness = { status: string; checks: { name: string; ok: boolean; detail: string }[] };
const objects = ['User', 'Account', 'Contact'];

let org: Org;
let service: Service;
let api: Api;
beforeAll(async () => {
  org = await startOrg({ accounts: 15 });
  service = await prepareService({ queue: 'postgres', emulator: org.emulator });
  api = await service.serve();
  await service.worker().ready;
  await api.finished(await api.start({ objects }));
}, 120_000);
afterAll(async () => {
  await service.close();
  await org.close();
});

const readiness = async (): Promise<[number, Readiness]> => {
  const answer = await fetch(`${api.url}/readyz`);
  return [answer.status, (await answer.json()) as Readiness];
};
const stages = ({ checks }: Readiness) => checks.find(({ name }) => name === 'stages')!;

it('is told with the session that holds it, ends when it is cancelled, and leaves the org free', async () => {
  const admin = new pg.Client({ connectionString: service.db.url, application_name: 'psql' });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid');
    await admin.query('begin');
    await admin.query('lock table standard.contact in share mode');
    const id = await api.start({ objects, mode: 'full' });
    const [status, told] = await until(async () => {
      const [code, now] = await readiness();
      return !stages(now).ok && ([code, now] as const);
    }, 1_000);
    // Requests are answered as well as ever.
    expect([status, told.status]).toEqual([200, 'degraded']);
    expect(stages(told).detail).toContain(`of ${id} has waited`);
    expect(stages(told).detail).toContain(`session ${rows[0]!.pid} of PostgreSQL holds`);
    const metrics = await (await api.call('GET', '/metrics')).text();
    expect(Number(/assay_oldest_waiting_seconds\{kind="lock"\} (\d+)/.exec(metrics)![1])).toBeGreaterThanOrEqual(30);

    expect((await api.call('POST', `/v1/syncs/${id}/cancel`)).status).toBe(202);
    expect(await api.finished(id)).toMatchObject({ state: 'canceled' });
    expect((await readiness())[1].status).toBe('ready');
  } finally {
    await admin.end();
  }
  expect((await api.finished(await api.start({ objects }))).state).toMatch(/^succeeded/);
}, 400_000);

it('is no fault where another process of Assay holds it: that one lets it go', async () => {
  const other = new pg.Client({ connectionString: service.db.url, application_name: 'assay worker 00000000' });
  await other.connect();
  await other.query('begin');
  await other.query('lock table standard.contact in share mode');
  const id = await api.start({ objects, mode: 'full' });
  const waiting = 'select from pg_stat_activity where wait_event_type = $1 and application_name like $2';
  await until(async () => (await other.query(waiting, ['Lock', 'assay worker %'])).rowCount! > 0, 500);
  const metrics = await (await api.call('GET', '/metrics')).text();
  expect(metrics).toContain('assay_oldest_waiting_seconds{kind="lock"} 0');
  await other.end();
  expect((await api.finished(id)).state).toMatch(/^succeeded/);
}, 120_000);
