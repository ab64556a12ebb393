/** Orgs behind connections: a worker without settings, another org behind the same login, one org connected twice. */
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '@assay/emulator/start.ts';
import { smallOrg, writeFolder } from '@assay/emulator/test/small-org.ts';
import { type Api, prepareService, type Service } from './service.ts';

const organization = (id: string, name: string, isSandbox: boolean) =>
  `Id,Name,InstanceName,IsSandbox\n${id},${name},NA7,${isSandbox}\n`;
const [acmeId, otherId] = ['00Dxx0000000001AAA', '00Dxx0000000002AAA'];
const [acme, other] = [acmeId, otherId].map((id, at) =>
  writeFolder({
    ...smallOrg,
    // Of the other org the same records are older: a window would never show them.
    'Account.csv': smallOrg['Account.csv'].replaceAll('2025-02', at === 0 ? '2025-02' : '2024-02'),
    'Organization.csv': organization(id, at === 0 ? 'Acme' : 'Other', at === 1),
  }),
) as [string, string];

let salesforce: Emulator;
let service: Service;
let api: Api;
let connection: string;
const login = (name: string) => ({
  name,
  loginUrl: salesforce.loginUrl,
  flow: 'client_credentials',
  clientId: salesforce.clientId,
  clientSecret: salesforce.clientSecret,
});
const add = async (name: string) =>
  ((await (await api.call('POST', '/v1/connections', login(name))).json()) as { id: string }).id;
const connectionNow = () => api.get<object>(`/v1/connections/${connection}`);
/** Another org answers where the first one did. */
const become = async (folder: string) => {
  await salesforce.close();
  salesforce = await startEmulator({ org: folder, port: Number(new URL(salesforce.url).port) });
};

beforeAll(async () => {
  salesforce = await startEmulator({ org: acme });
  const none = { SALESFORCE_LOGIN_URL: '', SALESFORCE_CLIENT_ID: '', SALESFORCE_CLIENT_SECRET: '' };
  service = await prepareService({
    queue: 'postgres',
    emulator: salesforce,
    environment: { ...none, ASSAY_SECRET_KEY: Buffer.alloc(32, 3).toString('base64') },
  });
  // No login URL of a local org is among the settings: the connection goes in beside the API's check of it.
  api = await service.serve({
    SALESFORCE_LOGIN_URL: salesforce.loginUrl,
    SALESFORCE_CLIENT_ID: 'x',
    SALESFORCE_CLIENT_SECRET: 'x',
  });
  connection = await add('Acme');
  await service.worker().ready;
});
afterAll(async () => {
  await service.close();
  await salesforce.close();
});

const mirrored = async () => {
  const tables = await service.db.query<{ name: string }>(
    sql`select table_name as name from mirror.object order by table_name`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      service.db.query(raw(`select to_jsonb(t)::text as row from mirror."${name}" t order by 1`)),
    ),
  );
  return rows.flat();
};

describe('the org of a connection', () => {
  test('is kept from the first sync on, by a worker that has no org in its settings', async () => {
    const sync = await api.finished(await api.start({ connection }));
    expect(sync.state, sync.reason ?? '').toMatch(/^succeeded/);
    expect(await connectionNow()).toMatchObject({
      orgId: acmeId,
      orgName: 'Acme',
      instanceUrl: salesforce.url,
      instanceName: 'NA7',
      isSandbox: false,
    });
  });

  test('is not another one of a sudden: the sync stops before anything is written, and says both', async () => {
    const before = await mirrored();
    expect(before.length).toBeGreaterThan(5);
    await become(other);
    // In the session that the worker had, and by a login of its own.
    for (const named of [[], ['"Acme"', '"Other"']]) {
      const sync = await api.finished(await api.start({ connection }));
      expect(sync).toMatchObject({ state: 'failed', reasonCode: 'salesforce-org-changed' });
      for (const words of [acmeId, otherId, ...named]) expect(sync.reason).toContain(words);
    }
    expect(await mirrored()).toEqual(before);
    const tested = (await (await api.call('POST', `/v1/connections/${connection}/test`)).json()) as object;
    expect(tested).toMatchObject({ isOk: false, orgId: otherId, fault: { code: 'salesforce-org-changed' } });
    expect(await connectionNow()).toMatchObject({ orgId: acmeId, isSandbox: false });
    await become(acme);
    expect((await api.finished(await api.start({ connection }))).state).toMatch(/^succeeded/);
  });

  test('gives nothing of an object on the list of what is never pulled; the rest goes on', async () => {
    await api.call('PATCH', `/v1/connections/${connection}`, { exclude: ['Contact'] });
    const sync = await api.finished(await api.start({ connection }));
    expect(sync.state, sync.reason ?? '').toMatch(/^succeeded/);
    const { stages } = await api.read(sync.id);
    const pulled = stages.filter(({ stage }) => stage === 'pull').map(({ subject }) => subject);
    expect(pulled).toContain('Account');
    expect(pulled).not.toContain('Contact');
    await api.call('PATCH', `/v1/connections/${connection}`, { exclude: [] });
  });

  test('is nobody else’s: a second connection of it is refused by its test and its sync; a sandbox is another org', async () => {
    const second = await add('Acme again');
    const tested = (await (await api.call('POST', `/v1/connections/${second}/test`)).json()) as object;
    expect(tested).toMatchObject({
      isOk: false,
      fault: { code: 'salesforce-org-known', detail: expect.stringContaining(`"Acme" (${connection})`) },
    });
    const before = await mirrored();
    const sync = await api.finished(await api.start({ connection: second }));
    expect(sync).toMatchObject({ state: 'failed', reasonCode: 'salesforce-org-known' });
    expect(await mirrored()).toEqual(before);
    // Nothing was pulled through it: it may become the connection of another org.
    await become(other);
    const sandbox = await api.finished(await api.start({ connection: second }));
    expect(sandbox.state, sandbox.reason ?? '').toMatch(/^succeeded/);
    expect(await api.get(`/v1/connections/${second}`)).toMatchObject({ orgId: otherId, isSandbox: true });
  });
});
