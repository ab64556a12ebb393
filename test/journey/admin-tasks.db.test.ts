/** A working morning of an admin, over HTTP alone: a night is announced, a rule tried and switched off, findings waived, assigned and handed out. */
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { parse } from 'csv-parse/sync';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';

type Finding = { id: string; rule: string; ownerId: string | null; state: string; assigneeId: string | null };
type Page<T> = { data: T[]; nextCursor: string | null };
type Backtest = { id: string; state: string; result: { closedCount: number } | null; fault: string | null };
type Incident = { id: string; state: string; object: string | null };
type Rule = { isOn: boolean; violatedCount: number };

const ruleId = 'contact-phone-invalid';
let org: Org;
let slack: SlackReceiver;
let service: Service;
let api: Api;
beforeAll(async () => {
  org = await startOrg({ accounts: 110 });
  slack = await startSlackReceiver();
  service = await prepareService({ queue: 'postgres', emulator: org.emulator, slack });
  api = await service.serve();
  await service.worker().ready;
  await sync();
  await org.night();
  await sync();
}, 600_000);
afterAll(async () => {
  await service.close();
  await slack.close();
  await org.close();
}, 60_000);

async function sync(): Promise<void> {
  const done = await api.finished(await api.start());
  expect(done.state, done.reason ?? service.tail()).toMatch(/^succeeded/);
  await service.rest();
}
/** The answer, which has to be of the status. */
async function ask<T>(method: string, path: string, body: unknown, status = 200, headers = {}): Promise<T> {
  const answer = await api.call(method, path, body, headers);
  expect(answer.status, `${method} ${path}: ${await answer.clone().text()}`).toBe(status);
  return (await answer.json()) as T;
}
const open = (query: string) => api.get<Page<Finding>>(`/v1/findings?limit=100&${query}`);

it('the night is an incident; whoever takes it says so, and Slack shows it', async () => {
  const [incident] = (await api.get<Page<Incident>>('/v1/incidents')).data;
  expect(incident).toMatchObject({ state: 'open' });
  await ask('POST', `/v1/incidents/${incident!.id}/acknowledge`, { note: 'The partner sends the file again.' });
  expect((await api.get<Incident>(`/v1/incidents/${incident!.id}`)).state).toBe('acknowledged');
  await until(async () => slack.messages.some((message) => JSON.stringify(message).includes('cknowledged')));
});

it('what came after rules marked records is worked out when a sync ends, before anybody asks', async () => {
  const asked = () => service.db.query<{ at: Date }>(sql`select asked_at as at from quality.rule_evidence`);
  const [kept] = await until(async () => {
    const rows = await asked();
    return rows.length > 0 && rows;
  });
  const { askedAt, data } = await api.get<{ askedAt: string; data: object[] }>('/v1/rules/evidence');
  expect(askedAt).toBe(kept!.at.toISOString());
  expect(data.length).toBeGreaterThan(50);
});

it('a rule is tried before it is switched off, and the next sync obeys', async () => {
  const { violatedCount } = await api.get<Rule>(`/v1/rules/${ruleId}`);
  expect(violatedCount).toBeGreaterThan(0);
  const started = await ask<Backtest>('POST', `/v1/rules/${ruleId}/backtests`, { isOn: false }, 202);
  const tried = await until(async () => {
    const now = await api.get<Backtest>(`/v1/backtests/${started.id}`);
    return ['done', 'failed'].includes(now.state) && now;
  }, 400);
  expect(tried, tried.fault ?? '').toMatchObject({ state: 'done', result: { closedCount: violatedCount } });
  // It was a question: nothing has changed yet.
  expect((await open(`rule=${ruleId}`)).data).toHaveLength(violatedCount);

  const current = await api.call('GET', `/v1/rules/${ruleId}`);
  const change = { isOn: false, reason: 'Phones are checked by the dialler.', backtestId: started.id };
  // Without saying what was read nothing is written over.
  await ask('PATCH', `/v1/rules/${ruleId}`, change, 428);
  await ask('PATCH', `/v1/rules/${ruleId}`, change, 200, { 'if-match': current.headers.get('etag')! });
  await sync();
  expect((await open(`rule=${ruleId}`)).data).toEqual([]);
  const history = await api.get<{ data: { reason: string }[] }>(`/v1/rules/${ruleId}/history`);
  expect(JSON.stringify(history)).toContain('Phones are checked by the dialler.');
  // Rules that changed are no fall.
  const incidents = await api.get<Page<Incident>>('/v1/incidents?state=open');
  expect(incidents.data).toEqual([]);
});

it('a finding is waived until a day, and another is given to somebody with a word', async () => {
  const [waived, given] = (await open('object=Contact')).data;
  const nobody = await api.call('POST', '/v1/waivers', { findingId: waived!.id });
  expect(nobody.status, 'a waiver without a reason').toBe(400);
  const end = new Date(Date.now() + 30 * 86_400_000).toISOString();
  await ask('POST', '/v1/waivers', { findingId: waived!.id, reason: 'Known, they have no phone.', until: end }, 201);
  expect(await api.get<Finding>(`/v1/findings/${waived!.id}`)).toMatchObject({ state: 'waived' });
  expect((await open('object=Contact')).data.map(({ id }) => id)).not.toContain(waived!.id);

  const owner = given!.ownerId!;
  await ask('PATCH', `/v1/findings/${given!.id}`, { assigneeId: owner, state: 'in-progress', comment: 'Please call.' });
  expect((await open(`assigneeId=${owner}`)).data.map(({ id }) => id)).toEqual([given!.id]);
});

it('the list of one owner is a file: all of theirs, nobody else’s, without what is waived', async () => {
  const counts = await api.get<{ data: { value: string | null; count: number }[] }>('/v1/findings/counts?by=owner');
  const most = counts.data.filter(({ value }) => value !== null).toSorted((one, other) => other.count - one.count)[0]!;
  const file = await api.call('GET', `/v1/findings/export?ownerId=${most.value}&format=csv`);
  expect(file.headers.get('content-type')).toContain('text/csv');
  const lines = parse<Record<string, string>>(await file.text(), { columns: true, bom: true });
  expect(lines).toHaveLength(most.count);
  expect(new Set(lines.map((line) => line.ownerId))).toEqual(new Set([most.value]));
  expect(lines.every((line) => line.advice !== '' && line.state === 'open')).toBe(true);
});
