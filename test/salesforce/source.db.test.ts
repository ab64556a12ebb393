import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startEmulator, type Emulator } from '@assay/emulator/start.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { newRunId, type RunMode } from '../../src/model/run.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { openSalesforce, type SalesforceOptions } from '../../src/salesforce/source.ts';
import { testDatabase } from '../database.ts';

let db: Db;
let folder: string;
let emulator: Emulator;
let definitions: Definitions;
const signal = new AbortController().signal;

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'assay-org-'));
  await writeSeededOrg(folder, { seed: 1, accounts: 60, asOf: new Date() });
  emulator = await startEmulator({ org: folder });
  definitions = await loadDefinitions();
});
afterEach(async () => {
  await fetch(`${emulator.url}/control/faults`, { method: 'DELETE' });
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
  await db.close();
});

type Given = Partial<Pick<SalesforceOptions, 'loginUrl' | 'clientId' | 'timing' | 'exports'>> & {
  clientSecret?: string;
};
const salesforce = (more: Given = {}) =>
  openSalesforce({
    loginUrl: emulator.loginUrl,
    clientId: emulator.clientId,
    clientSecret: emulator.clientSecret,
    apiVersion: '62.0',
    timing: { retryDelay: 1, pollDelay: 10, maxPollDelay: 50 },
    ...more,
  });

function sync(object: string, mode: RunMode = 'auto', source = salesforce()) {
  const run = { id: newRunId(), connectionId: 'default', mode, objects: null };
  return pull(
    {
      db,
      run,
      definitions,
      source,
      clock: systemClock,
      log: silentLog,
      signal,
      report() {},
      write: (work) => db.transaction(work),
    },
    object,
  );
}

async function control(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${emulator.url}/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return answer.headers.get('content-length') === '0' || answer.status === 204 ? null : answer.json();
}

/** Ids, stamps and deletions as the org itself has them, against ours. */
async function expectEqual(object: string, table: string): Promise<void> {
  const theirs = (await (await fetch(`${emulator.url}/control/rows?sobject=${object}`)).json()) as Record<
    string,
    unknown
  >[];
  const ours = await db.query<{ id: string; at: Date; is_deleted: boolean }>(
    sql([`select id, system_modstamp as at, is_deleted from mirror.${table} order by id`]),
  );
  expect(theirs.length).toBeGreaterThan(0);
  expect(ours.map((one) => [one.id, one.at.toISOString(), one.is_deleted])).toEqual(
    theirs.map((one) => [one.Id, one.SystemModstamp, Boolean(one.IsDeleted)]),
  );
}

it('mirrors whole objects over real HTTP, then edits, deletes and merges of them', async () => {
  const first = await sync('Contact');
  expect(first).toMatchObject({ warnings: [], detail: { mode: 'full' } });
  expect(first.changedCount).toBe(first.readCount);
  await expectEqual('Contact', 'contact');
  expect(await sync('Contact')).toMatchObject({ changedCount: 0, detail: { mode: 'incremental' } });

  const [a, b, c, d] = (
    await db.query<{ id: string }>(sql`select id from mirror.contact where _deleted_at is null order by id limit 4`)
  ).map((one) => one.id);
  await control('changes', [
    { op: 'update', sobject: 'Contact', id: a, fields: { Title: 'Chief "Test" Officer,\nline two' } },
    { op: 'delete', sobject: 'Contact', id: b },
    { op: 'merge', sobject: 'Contact', masterId: c, mergeIds: [d] },
  ]);
  expect(await sync('Contact')).toMatchObject({ detail: { mode: 'incremental' } });
  await expectEqual('Contact', 'contact');
  const rows = await db.query(
    sql`select id, title, _deleted_reason from mirror.contact where id in (${a}, ${b}, ${d}) order by id`,
  );
  expect(rows.map((one) => one._deleted_reason)).toEqual([null, 'deleted', 'merged']);
  expect(rows[0]!.title).toBe('Chief "Test" Officer,\nline two');
  expect(await db.query(sql`select winner_id from mirror.alias where loser_id = ${d}`)).toEqual([{ winner_id: c }]);
});

it('reads every field type of the standard objects', async () => {
  for (const object of ['Account', 'Lead', 'Opportunity', 'User', 'Task', 'Campaign']) {
    const done = await sync(object);
    expect(done.warnings, object).toEqual([]);
    // Values whose age a history tells come on top.
    expect(done.changedCount, object).toBeGreaterThanOrEqual(done.readCount);
    if (!['Lead', 'Opportunity'].includes(object)) expect(done.changedCount, object).toBe(done.readCount);
  }
  await expectEqual('Opportunity', 'opportunity');
});

it('logs in again once when the session has ended', async () => {
  const source = salesforce();
  const before = await source.describe('Account', signal);
  await fetch(`${emulator.url}/control/sessions/expire`, { method: 'POST' });
  expect(await source.describe('Account', signal)).toEqual(before);
});

it('says which part of the login is wrong', async () => {
  const told = (more: Given) => salesforce(more).identity(signal);
  await expect(told({ clientId: 'nobody' })).rejects.toMatchObject({
    code: 'salesforce-login-refused',
    message: expect.stringContaining('SALESFORCE_CLIENT_ID'),
  });
  await expect(told({ clientSecret: 'wrong' })).rejects.toMatchObject({
    code: 'salesforce-login-refused',
    message: expect.stringContaining('SALESFORCE_CLIENT_SECRET'),
  });
  await control('faults', { kind: 'html', status: 404, path: 'oauth2/token' });
  await expect(told({})).rejects.toMatchObject({
    code: 'salesforce-login-refused',
    message: expect.stringContaining('SALESFORCE_LOGIN_URL'),
  });
  await control('faults', { kind: 'html', status: 503, path: 'oauth2/token' });
  await expect(told({})).rejects.toMatchObject({ code: 'salesforce-unreachable' });
  await expect(told({ loginUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'salesforce-unreachable' });
  expect(await told({})).toMatchObject({ instanceUrl: emulator.url, orgId: emulator.orgId });
});

it('names an object the user may not see', async () => {
  await expect(salesforce().describe('Nothing__c', signal)).rejects.toMatchObject({
    code: 'salesforce-no-permission',
    message: expect.stringContaining('Nothing__c'),
  });
});

it('gets over a broken page, a wrong count and an overloaded moment without losing or doubling a row', async () => {
  await control('faults', [
    { kind: 'drop', path: '/results' },
    { kind: 'wrong-count', path: '/results', after: 1 },
    { kind: 'html', status: 503, path: '/describe' },
    { kind: 'status', status: 503, errorCode: 'SERVER_UNAVAILABLE', path: '/jobs/query' },
  ]);
  const byBulk = salesforce({ exports: { restRows: 0 } });
  expect(await sync('Account', 'full', byBulk)).toMatchObject({ detail: { mode: 'full', api: 'bulk' } });
  await expectEqual('Account', 'account');
});

it('tells a used-up limit and a failed job from an outage', async () => {
  await control('faults', {
    kind: 'status',
    status: 403,
    errorCode: 'REQUEST_LIMIT_EXCEEDED',
    message: 'TotalRequests Limit exceeded.',
    path: '/describe',
  });
  await expect(sync('Account')).rejects.toMatchObject({ code: 'salesforce-limit' });
  await control('faults', { kind: 'job-failed', sobject: 'Account', message: 'OTHER: no' });
  await expect(sync('Account', 'full', salesforce({ exports: { restRows: 0 } }))).rejects.toMatchObject({
    code: 'salesforce-query-failed',
  });
});

it('keeps a login from sending the token to a foreign host', async () => {
  const foreign = createServer((_request, response) => {
    const token = {
      access_token: 'x',
      instance_url: 'https://salesforce.com.example',
      id: 'https://x/id/00D000000000001AAA/005000000000001AAA',
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
  });
  await once(foreign.listen(0, '127.0.0.1'), 'listening');
  const loginUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
  await expect(salesforce({ loginUrl }).identity(signal)).rejects.toMatchObject({
    code: 'salesforce-url-refused',
    message: expect.stringContaining('salesforce.com.example'),
  });
  foreign.closeAllConnections();
  await once(foreign.close(), 'close');
});
