/** A Salesforce that is away for hours: syncs wait for it in their row, and a night that fails in the end is announced in Slack. */
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';
import { type SilentProxy, startSilentProxy } from './silent-proxy.ts';
import { nothingDoubled } from './state.ts';

const objects = ['User', 'Account'];
let org: Org;
let slack: SlackReceiver;
let service: Service;
let api: Api;
let salesforce: { url: string; refuse(): Promise<void>; answer(): Promise<void> };

beforeAll(async () => {
  org = await startOrg({ accounts: 15 });
  slack = await startSlackReceiver();
  salesforce = await refusable(org.emulator.url);
  const environment = { SALESFORCE_LOGIN_URL: salesforce.url };
  service = await prepareService({ queue: 'postgres', emulator: org.emulator, slack, environment });
  api = await service.serve();
});
afterEach(async () => {
  await salesforce.answer();
  await fetch(`${org.emulator.url}/control/faults`, { method: 'DELETE' });
});
afterAll(async () => {
  await service.close();
  await salesforce.refuse();
  await slack.close();
  await org.close();
});

/** Nobody listens, as seen by a client: its connections are refused. */
async function refusable(url: string) {
  const target = { host: '127.0.0.1', port: Number(new URL(url).port) };
  let proxy: SilentProxy | null = await startSilentProxy(target);
  const { port } = proxy;
  return {
    url: `http://127.0.0.1:${port}`,
    async refuse() {
      await proxy?.close();
      proxy = null;
    },
    async answer() {
      proxy ??= await startSilentProxy(target, port);
    },
  };
}

type Waiting = { state: string; reasonCode: string; nextTryAt: string; nextAction: string };
const read = (id: string) => api.get<Waiting>(`/v1/syncs/${id}`);
const waiting = (id: string) =>
  until(async () => {
    const sync = await read(id);
    expect(sync.state).not.toBe('failed');
    return sync.state === 'waiting' && sync;
  }, 200);
/** The waits alone are left out: for the next try, and for a job just sent that nobody may have seen yet. */
const hurry = async () => {
  await service.db.query(sql`update control.outbox set sent_at = sent_at - interval '1 minute'`);
  await service.db.query(sql`update control.run set parked_until = now() where parked_until is not null`);
};

it('connections refused: the sync waits ever longer, holds no worker, and goes on by itself', async () => {
  await salesforce.refuse();
  const worker = service.worker();
  const id = await api.start({ objects });
  const first = await waiting(id);
  expect(first).toMatchObject({ reasonCode: 'salesforce-unreachable', nextAction: expect.stringContaining('itself') });
  const pauses = [Date.parse(first.nextTryAt) - Date.now()];
  // More tries than the queue makes of one job.
  for (let round = 1; round < 7; round += 1) {
    const { nextTryAt: before } = await waiting(id);
    await hurry();
    const { nextTryAt } = await until(async () => {
      const sync = await waiting(id);
      return sync.nextTryAt !== before && sync;
    }, 200);
    pauses.push(Date.parse(nextTryAt) - Date.now());
  }
  expect(pauses.map((pause) => Math.round(pause / 15_000) * 15)).toEqual([15, 30, 60, 120, 240, 480, 900]);
  const [row] = await service.db.query(sql`select state, lease_owner from control.run where id = ${id}`);
  expect(row).toEqual({ state: 'queued', lease_owner: null });
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  expect(await api.get('/v1/syncs')).toMatchObject({ data: [{ id, state: 'waiting' }] });

  await salesforce.answer();
  await hurry();
  const run = await api.finished(id);
  expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
  expect(await read(id)).toMatchObject({ nextTryAt: null, reasonCode: null });
  expect(await nothingDoubled(service.db)).toEqual([]);
  // The first pause is waited for as it is.
  await salesforce.refuse();
  const next = await api.start({ objects });
  await waiting(next);
  await salesforce.answer();
  expect((await api.finished(next)).state).toMatch(/^succeeded/);
  expect(await worker.stop()).toEqual([0, null]);
}, 400_000);

it.each([
  ['a maintenance page with status 200', { kind: 'html', status: 200 }],
  ['a maintenance page with status 503', { kind: 'html', status: 503 }],
])(
  '%s that lasts is an outage too, and a sync that waits can be cancelled',
  async (_name, fault) => {
    const worker = service.worker();
    await org.post('faults', { ...fault, path: '.', times: 1_000 });
    const id = await api.start({ objects });
    expect(await waiting(id)).toMatchObject({ reasonCode: 'salesforce-unreachable' });
    const answer = await api.call('POST', `/v1/syncs/${id}/cancel`);
    expect(await answer.json()).toMatchObject({ state: 'canceled', nextTryAt: null });
    expect(await worker.stop()).toEqual([0, null]);
  },
  120_000,
);

it('a night that fails in the end is announced in Slack once, and resolved by the next that succeeds', async () => {
  const put = { id: 'nightly', cron: '0 2 * * *', timeZone: 'UTC', objects };
  expect((await api.call('PUT', '/v1/schedules', put)).ok).toBe(true);
  await service.db.query(sql`update control.schedule set settled_until = now() - interval '23 hours 59 minutes'`);
  await salesforce.refuse();
  // 18 seconds: two tries.
  const impatient = { SALESFORCE_OUTAGE_HOURS: '0.005' };
  const workers = [service.start('worker', impatient), service.start('worker', impatient)];
  const night = await until(async () => {
    const [run] = await service.db.query<{ id: string }>(sql`select id from control.run where trigger = 'schedule'`);
    return run?.id;
  });
  const run = await api.finished(night);
  expect(run).toMatchObject({ state: 'failed', reasonCode: 'salesforce-unreachable' });
  expect(run.reason).toContain('tried again');
  const [message] = await until(() => slack.messages.length > 0 && slack.messages, 200);
  expect(message!.text).toMatch(
    /^Salesforce: the scheduled sync of .* 02:00 UTC failed\. Salesforce did not answer\.$/,
  );

  // A sync by hand that fails is nobody's alarm.
  const byHand = await api.finished(await api.start({ objects }));
  expect(byHand.state).toBe('failed');
  await salesforce.answer();
  expect((await api.finished(await api.start({ objects }))).state).toMatch(/^succeeded/);
  await until(() => slack.messages[0]!.text.includes('resolved'), 200);
  expect(slack.messages.map(({ text, editCount }) => [text, editCount])).toEqual([
    ['Salesforce: resolved. The sync succeeded again.', 1],
  ]);
  for (const worker of workers) expect(await worker.stop()).toEqual([0, null]);
}, 400_000);
