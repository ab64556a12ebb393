/** Runs Salesforce's own command line, unmodified, against the local org: logins, queries, bulk exports, describes, limits. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ids, smallOrg, startSmallOrg, type TestOrg } from './small-org.ts';

const cli = inject('salesforceCli');
const users = 'Id,Username,Name,Email,IsActive\n005xx0000000001,ana@example.com,Ana Adler,ana@example.com,true\n';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

let org: TestOrg;
let home: string;

/** The `result` of a command's JSON. */
async function sf(...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
  const env = {
    // It starts with `#!/usr/bin/env node` and wants the Node that runs this.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    HOME: home,
    SF_ACCESS_TOKEN: org.connection.accessToken ?? '',
    SF_AUTOUPDATE_DISABLE: 'true',
    SF_DISABLE_TELEMETRY: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  };
  const run = promisify(execFile);
  const options = { env, cwd: home, maxBuffer: 1 << 26 };
  const { stdout } = await run(cli ?? '', [...args, '--json'], options).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout ?? String(error));
  });
  const answer = JSON.parse(stdout);
  expect(answer.status).toBe(0);
  return answer.result;
}

// Each command starts a Node of its own and loads a hundred megabytes of plugins.
describe.skipIf(cli === null)("Salesforce's CLI", { timeout: 600_000 }, () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'sf-home-'));
    writeFileSync(join(home, 'key.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const jwtPublicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    org = await startSmallOrg({ jwtPublicKey, bulkPageRows: 2 }, { ...smallOrg, 'User.csv': users });
  });
  afterAll(async () => {
    await org.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('logs in by an access token and by a signed assertion', async () => {
    const given = ['--instance-url', org.url, '--no-prompt', '--alias', 'local'];
    const first = await sf('org', 'login', 'access-token', ...given);
    expect(first).toMatchObject({ username: 'ana@example.com', orgId: org.orgId });
    const client = ['--client-id', org.clientId, '--jwt-key-file', join(home, 'key.pem')];
    const who = ['--username', 'ana@example.com', '--instance-url', org.url];
    const login = await sf('org', 'login', 'jwt', ...client, ...who, '--alias', 'local');
    expect(login).toMatchObject({ username: 'ana@example.com', orgId: org.orgId });
  });

  it('queries records with parents, and aggregates', async () => {
    const query = 'SELECT Id, Name, Owner.Name FROM Account ORDER BY Name LIMIT 1';
    const { records, totalSize } = await sf('data', 'query', '--target-org', 'local', '--query', query);
    expect([totalSize, records[0]]).toEqual([
      1,
      expect.objectContaining({ Id: ids.acme, Owner: expect.objectContaining({ Name: 'Ana Adler' }) }),
    ]);
    const grouped = 'SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY StageName ORDER BY StageName';
    expect((await sf('data', 'query', '--target-org', 'local', '--query', grouped)).records).toMatchObject([
      { StageName: 'Closed Won', n: 2 },
      { StageName: 'Prospecting', n: 1 },
    ]);
  });

  it('exports every page of a bulk job, deleted records too where asked', async () => {
    await org.change({ op: 'delete', sobject: 'Contact', id: ids.ann });
    const exported = async (name: string, ...more: string[]) => {
      const target = ['--target-org', 'local', '--wait', '10', '--output-file', name];
      const query = ['--query', 'SELECT Id, LastName FROM Contact'];
      const { totalSize } = await sf('data', 'export', 'bulk', ...target, ...query, ...more);
      const lines = readFileSync(join(home, name), 'utf8').trimEnd().split('\n');
      expect(lines[0]).toBe('"Id","LastName"');
      return [totalSize, lines.length - 1];
    };
    expect(await exported('live.csv')).toEqual([3, 3]);
    expect(await exported('all.csv', '--all-rows')).toEqual([4, 4]);
  });

  it('imports the tree that it exported, and a file in bulk', async () => {
    const local = ['--target-org', 'local'];
    const query = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'Acme%'";
    const count = async (soql: string) => (await sf('data', 'query', ...local, '--query', soql)).totalSize;
    const before = await count('SELECT Id FROM Contact');
    await sf('data', 'export', 'tree', ...local, '--query', query, '--output-dir', 'tree');
    const made: { type: string }[] = await sf(
      'data',
      'import',
      'tree',
      ...local,
      '--files',
      'tree/Account-Contact.json',
    );
    const contacts = made.filter(({ type }) => type === 'Contact').length;
    expect(contacts).toBeGreaterThan(0);
    expect(await count('SELECT Id FROM Contact')).toBe(before + contacts);
    writeFileSync(join(home, 'in.csv'), 'Name,Phone\nBulk One,+1 555 0101\nBulk Two,+1 555 0102\n');
    const file = ['--sobject', 'Account', '--file', 'in.csv', '--wait', '3'];
    expect(await sf('data', 'import', 'bulk', ...local, ...file)).toMatchObject({
      processedRecords: 2,
      failedRecords: 0,
    });
    expect(await count("SELECT Id FROM Account WHERE Name LIKE 'Bulk %'")).toBe(2);
  });

  it('describes an object, lists objects and reads limits', async () => {
    const account = await sf('sobject', 'describe', '--target-org', 'local', '--sobject', 'Account');
    expect(account).toMatchObject({ name: 'Account', keyPrefix: '001' });
    expect(account.fields.length).toBeGreaterThan(50);
    expect(await sf('sobject', 'list', '--target-org', 'local', '--sobject', 'custom')).toEqual(['Region__c']);
    const limits: { name: string; max: number }[] = await sf('org', 'list', 'limits', '--target-org', 'local');
    expect(limits).toContainEqual(expect.objectContaining({ name: 'DailyApiRequests', max: 100_000 }));
  });
});
