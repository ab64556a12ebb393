/** Orgs over HTTP: added, changed and tested, their secrets sealed and never shown, hostile login URLs refused. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSources } from '../../src/cli/open.ts';
import { readEnv } from '../../config/env.ts';
import { loadDefinitions } from '../../config/index.ts';
import { lockedConnections, openConnection, saveRefreshToken } from '../../src/control/connection.ts';
import { keyRing, openSecretKeys } from '../../src/control/secret.ts';
import { buildApp } from '../../src/http/app.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { openOrgs } from '../../src/cli/orgs.ts';
import { startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import { assay } from '../cli.ts';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
let org: TestOrg;
let folder: string;
const canary = 'canary-secret-51c7';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-keys-'));
  org = await startSmallOrg();
  const keys = keyRing(undefined, folder);
  const opened = await testApi({ keys });
  const env = readEnv({
    SALESFORCE_LOGIN_URL: org.loginUrl,
    SALESFORCE_CLIENT_ID: org.clientId,
    SALESFORCE_CLIENT_SECRET: org.clientSecret,
    ASSAY_DATA: folder,
  });
  const orgs = openOrgs(env, { db: opened.db, definitions: await loadDefinitions(), log: silentLog });
  await opened.app.close();
  const app = await buildApp({
    db: opened.db,
    definitions: await loadDefinitions(),
    log: silentLog,
    clock: systemClock,
    orgs,
    keys,
    requestsPerMinute: 100_000,
  });
  const close = async () => {
    await app.close();
    await opened.db.close();
  };
  api = { ...opened, app, close };
});
afterAll(async () => {
  await api.close();
  await org.close();
  await rm(folder, { recursive: true });
});

/** The same org under another connection is another test's. */
const alone = () => api.db.query(sql`update control.connection set org_id = null, bound_at = null`);
const send = (method: 'POST' | 'PATCH' | 'GET', url: string, payload?: object) =>
  api.app.inject({ method, url, headers: api.as('admin'), ...(payload ? { payload } : {}) });
const login = () => ({
  name: 'EMEA',
  loginUrl: org.loginUrl,
  flow: 'client_credentials',
  clientId: org.clientId,
  clientSecret: org.clientSecret,
});

describe('a connection', () => {
  test('is listed beside the one of the settings, tested, and synced by its id', async () => {
    const made = await send('POST', '/v1/connections', login());
    expect(made.statusCode).toBe(201);
    const { id } = made.json();
    expect(made.headers.location).toBe(`/v1/connections/${id}`);
    const list = (await send('GET', '/v1/connections')).json().data;
    expect(list.map((one: { name: string }) => one.name)).toEqual(['Salesforce', 'EMEA']);
    const seen = (await send('POST', `/v1/connections/${id}/test`)).json();
    expect(seen).toMatchObject({ isOk: true, orgId: org.orgId, fault: null, limitCount: 100_000 });
    const account = seen.objects.find((one: { object: string }) => one.object === 'Account');
    expect(account).toMatchObject({ isVisible: true, rowCount: 3, missingFields: [] });
    const sync = await send('POST', '/v1/syncs', { connection: id });
    expect(sync.json()).toMatchObject({ connectionId: id, state: 'queued' });
    expect((await send('POST', '/v1/syncs', { connection: `con_${'0'.repeat(36)}` })).statusCode).toBe(404);
  });

  test('has a budget of its own, which its next sync keeps; without one that of the service counts', async () => {
    const { id } = (await send('POST', '/v1/connections', { ...login(), name: 'Small' })).json();
    const env = readEnv({ ASSAY_DATA: folder });
    const callsOf = async () => {
      const source = await openSources(env, api.db)(id);
      let count = 0;
      const all = ['Account', 'Contact', 'Lead', 'Opportunity', 'User'];
      // 0.00003 of 100,000: three requests, and the first tells the limit.
      for (const name of all) {
        await source.describe(name, new AbortController().signal).catch((error: { code: string }) => {
          expect(error.code).toBe('salesforce-budget');
          count += 1;
        });
      }
      return all.length - count;
    };
    expect(await callsOf()).toBe(5);
    const changed = await send('PATCH', `/v1/connections/${id}`, { syncShare: 0.00003 });
    expect(changed.json()).toMatchObject({ syncShare: 0.00003, totalShare: null });
    expect(await callsOf()).toBeLessThan(5);
    await send('PATCH', `/v1/connections/${id}`, { syncShare: null });
    expect(await callsOf()).toBe(5);
    for (const wrong of [{ syncShare: 0 }, { totalShare: 1.5 }, { syncShare: 'half' }])
      expect((await send('PATCH', `/v1/connections/${id}`, wrong)).statusCode).toBe(400);
  });

  test('says what it cannot see, and what to grant', async () => {
    const permit = (body: object) => org.call('POST', '/control/permissions', body);
    await permit({ sobject: 'Lead', readable: false });
    await permit({ sobject: 'Account', hiddenFields: ['Industry'] });
    await alone();
    const seen = (await send('POST', '/v1/connections/default/test')).json();
    const of = (name: string) => seen.objects.find((one: { object: string }) => one.object === name);
    expect(seen.isOk).toBe(of('Lead').isVisible);
    expect(of('Lead')).toMatchObject({
      isVisible: false,
      advice: 'Grant Read and View All Records on Lead to the Salesforce user.',
    });
    expect(of('Account')).toMatchObject({
      missingFields: ['Industry'],
      advice: expect.stringContaining('Grant Read on the fields Account.Industry'),
    });
    await permit({ sobject: 'Lead', readable: true });
    await permit({ sobject: 'Account', hiddenFields: [] });
  });

  test.each([
    [{ clientSecret: canary }, 'clientSecret'],
    [{ clientId: 'nobody' }, 'clientId'],
  ])('with a wrong part (%j) is told which', async (wrong, part) => {
    const { id } = (await send('POST', '/v1/connections', { ...login(), ...wrong })).json();
    const seen = (await send('POST', `/v1/connections/${id}/test`)).json();
    expect(seen).toMatchObject({
      isOk: false,
      fault: { code: 'salesforce-login-refused', detail: expect.stringContaining(part) },
    });
    expect(JSON.stringify(seen)).not.toContain(canary);
    const mended = await send('PATCH', `/v1/connections/${id}`, {
      clientId: org.clientId,
      clientSecret: org.clientSecret,
    });
    expect(mended.statusCode).toBe(200);
    await alone();
    expect((await send('POST', `/v1/connections/${id}/test`)).json()).toMatchObject({ isOk: true });
  });

  test.each([
    [{ flow: 'jwt_bearer' }, ['/username', '/privateKey']],
    [{ flow: 'refresh_token' }, ['/refreshToken']],
  ])('of a flow without what it needs (%j) is refused at %j', async (change, pointers) => {
    const answer = await send('POST', '/v1/connections', { ...login(), ...change });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.map((one: { pointer: string }) => one.pointer)).toEqual(pointers);
  });
});

describe('another host', () => {
  const hosts = 'https://acme.my.salesforce.com';
  test.each([
    ['clientSecret', { clientSecret: canary }],
    ['privateKey', { flow: 'jwt_bearer', username: 'ada@acme.com', privateKey: canary }],
    ['refreshToken', { flow: 'refresh_token', refreshToken: canary }],
  ])('asks for the secret (%s) again, and is sent none that was kept', async (field, more) => {
    const { id } = (await send('POST', '/v1/connections', { ...login(), ...more })).json();
    const refused = await send('PATCH', `/v1/connections/${id}`, { loginUrl: hosts });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors).toMatchObject([
      { pointer: `/${field}`, message: expect.stringContaining('at another host') },
    ]);
    expect(await openConnection(api.db, keyRing(undefined, folder), id)).toMatchObject({ loginUrl: org.loginUrl });
    const given = await send('PATCH', `/v1/connections/${id}`, { loginUrl: hosts, [field]: 'new' });
    expect([given.statusCode, given.json().loginUrl]).toEqual([200, hosts]);
    const opened = await openConnection(api.db, keyRing(undefined, folder), id);
    expect(opened).toMatchObject({ [field]: 'new' });
    expect(JSON.stringify(opened)).not.toContain(canary);
  });

  test('is not the same host by another path; other changes keep the secret', async () => {
    const { id } = (await send('POST', '/v1/connections', login())).json();
    for (const change of [
      { loginUrl: `${org.loginUrl}/` },
      { name: 'New' },
      { clientId: 'other' },
      { exclude: ['Lead'] },
    ])
      expect((await send('PATCH', `/v1/connections/${id}`, change)).statusCode).toBe(200);
    const opened = await openConnection(api.db, keyRing(undefined, folder), id);
    expect(opened).toMatchObject({ name: 'New', clientId: 'other', exclude: ['Lead'], clientSecret: org.clientSecret });
  });
});

describe('an addition', () => {
  test('is one, however often it is sent under its key; another body under the key is refused', async () => {
    const headers = { ...api.as('admin'), 'idempotency-key': 'first org' };
    const add = (payload: object) => api.app.inject({ method: 'POST', url: '/v1/connections', headers, payload });
    const all = await Promise.all([1, 2, 3].map(() => add({ ...login(), name: 'Once' })));
    expect(new Set(all.map((one) => one.body)).size).toBe(1);
    expect(all.map((one) => one.headers['idempotent-replayed']).filter(Boolean)).toHaveLength(2);
    const rows = await api.db.query(sql`select from control.connection where name = 'Once'`);
    expect(rows).toHaveLength(1);
    expect((await add({ ...login(), name: 'Twice' })).json()).toMatchObject({ code: 'idempotency-key-reused' });
    const kept = await api.db.query<{ text: string }>(sql`select to_jsonb(i)::text as text from control.idempotency i`);
    expect(JSON.stringify(kept)).not.toContain(org.clientSecret);
  });

  test.each([
    [['Contact.Id'], 'cannot do without'],
    [['Contact.SystemModstamp'], 'cannot do without'],
    [['Contact.Name.First'], 'must be an object, or Object.Field'],
    [['; drop'], 'must be an object, or Object.Field'],
  ])('that never pulls %j is refused', async (exclude, words) => {
    const answer = await send('POST', '/v1/connections', { ...login(), exclude });
    expect(answer.json().errors[0]).toMatchObject({ pointer: '/exclude/0', message: expect.stringContaining(words) });
  });
});

test('of two who edit a connection at once the second is told to read it again', async () => {
  const { id } = (await send('POST', '/v1/connections', login())).json();
  const read = await send('GET', `/v1/connections/${id}`);
  const change = (name: string) =>
    api.app.inject({
      method: 'PATCH',
      url: `/v1/connections/${id}`,
      headers: { ...api.as('admin'), 'if-match': String(read.headers.etag) },
      payload: { name },
    });
  expect((await change('first')).statusCode).toBe(200);
  expect((await change('second')).json()).toMatchObject({ status: 412, code: 'version-outdated' });
  expect((await send('GET', `/v1/connections/${id}`)).json().name).toBe('first');
});

describe('secrets', () => {
  test('are nowhere in the database or an answer, and do not open in another row or after a change', async () => {
    const { id } = (await send('POST', '/v1/connections', { ...login(), clientSecret: canary })).json();
    const dump = JSON.stringify(await api.db.query(sql`select to_jsonb(c) from control.connection c`));
    expect(dump).not.toContain(canary);
    expect(JSON.stringify((await send('GET', '/v1/connections')).json())).not.toContain(canary);
    const keys = keyRing(undefined, folder);
    expect(await openConnection(api.db, keys, id)).toMatchObject({ clientSecret: canary });
    const other = (await send('POST', '/v1/connections', login())).json().id;
    await api.db.query(
      sql`update control.connection set sealed = (select sealed from control.connection where id = ${id}) where id = ${other}`,
    );
    await expect(openConnection(api.db, keys, other)).rejects.toMatchObject({ code: 'config-invalid' });
    const strange = async () => openSecretKeys(Buffer.alloc(32, 7).toString('base64'), folder);
    await expect(openConnection(api.db, strange, id)).rejects.toMatchObject({
      message: expect.stringContaining('ASSAY_SECRET_KEY'),
    });
  });

  test('whose key was lost are named, and can be given again', async () => {
    const { id } = (await send('POST', '/v1/connections', { ...login(), name: 'APAC' })).json();
    const place = `control.connection ${id} login`;
    const lost = (await openSecretKeys(Buffer.alloc(32, 7).toString('base64'), '')).seal('{"clientSecret":"x"}', place);
    const keys = keyRing(undefined, folder);
    const named = async () => (await lockedConnections(api.db, keys)).filter((one) => one.id === id);
    expect(await named()).toEqual([]);
    await api.db.query(sql`update control.connection set sealed = ${JSON.stringify(lost)}::jsonb where id = ${id}`);
    expect(await named()).toEqual([{ id, name: 'APAC', reason: expect.stringContaining(join(folder, 'secret.key')) }]);
    // In the log of whatever starts.
    const started = await assay(['key'], { DATABASE_URL: api.db.url, ASSAY_DATA: folder });
    expect(started).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('nobody can log in to connection \\"APAC\\"'),
    });
    expect(started.stderr).toContain(`PATCH /v1/connections/${id}`);

    // A name needs no key; another part of the login does.
    expect((await send('PATCH', `/v1/connections/${id}`, { name: 'Asia' })).statusCode).toBe(200);
    expect((await send('PATCH', `/v1/connections/${id}`, { clientId: 'other' })).statusCode).toBe(500);
    const { clientSecret } = login();
    expect((await send('PATCH', `/v1/connections/${id}`, { clientSecret })).statusCode).toBe(200);
    expect(await named()).toEqual([]);
    await alone();
    expect((await send('POST', `/v1/connections/${id}/test`)).json()).toMatchObject({ isOk: true });
  });

  test('a rotated refresh token replaces the old one', async () => {
    const { id } = (
      await send('POST', '/v1/connections', { ...login(), flow: 'refresh_token', refreshToken: 'first' })
    ).json();
    const keys = keyRing(undefined, folder);
    await saveRefreshToken(api.db, keys, id, 'second');
    expect(await openConnection(api.db, keys, id)).toMatchObject({
      refreshToken: 'second',
      clientSecret: org.clientSecret,
    });
  });

  test('a key of the settings opens what another sealed as long as it is listed; the key file is for its owner only', async () => {
    const [a, b] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];
    const old = (await openSecretKeys(a, folder)).seal('word', 'here');
    expect((await openSecretKeys(`${b}, ${a}`, folder)).open(old, 'here')).toBe('word');
    await expect(openSecretKeys('short', folder)).rejects.toMatchObject({ code: 'config-invalid' });
    expect((await stat(join(folder, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(join(folder, 'secret.key'), 'utf8'), 'base64')).toHaveLength(32);
  });
});

test.each([
  'http://acme.my.salesforce.com',
  'https://acme.my.salesforce.com.evil.example',
  'https://evil.example/?acme.my.salesforce.com',
  'https://user:pass@acme.my.salesforce.com',
  'https://169.254.169.254/latest/meta-data',
  'https://10.0.0.1',
  'https://[::ffff:10.0.0.1]/',
  'https://2852039166/',
  'https://:',
])('the login URL %s is refused', async (loginUrl) => {
  const answer = await send('POST', '/v1/connections', { ...login(), loginUrl });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().code).toBe('salesforce-url-refused');
});

test.each(['file:///etc/passwd', 'gopher://acme.my.salesforce.com', 'not a url', '0'])(
  'the login URL %s has not the shape that the document says',
  async (loginUrl) => {
    const answer = await send('POST', '/v1/connections', { ...login(), loginUrl });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/loginUrl' }] });
  },
);

test('a dry run says what would be pulled, by which API and at how many requests, and changes nothing', async () => {
  const answer = await send('POST', '/v1/syncs', { dryRun: true, objects: ['Account', 'Contact'] });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    objects: [
      {
        object: 'Account',
        mode: 'first',
        reason: 'it was never pulled before',
        passes: [
          { pass: 'rows', api: 'rest', rowCount: 3, callCount: 1 },
          { pass: 'history', api: 'rest', rowCount: 0, callCount: 1 },
        ],
      },
      { object: 'Contact', mode: 'first' },
    ],
    limitCount: 100_000,
  });
  expect(await api.db.query(sql`select from mirror.object`)).toEqual([]);
  expect(await api.db.query(sql`select from control.run where connection_id = 'default'`)).toEqual([]);
});
