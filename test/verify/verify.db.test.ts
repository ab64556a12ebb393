/** What the mirror and a live org do not share is named by object and month, and nothing else is. */
import { execFile } from 'node:child_process';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { newRunId } from '../../src/model/run.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { verify } from '../../src/verify/verify.ts';
import { testDatabase } from '../database.ts';
import { ids, startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';

let db: Db;
let org: TestOrg;
let behind = 10 * 60_000;
const { signal } = new AbortController();
const source = () =>
  openSalesforce({
    loginUrl: org.loginUrl,
    clientId: org.clientId,
    clientSecret: org.clientSecret,
    apiVersion: '62.0',
    timing: { retryDelay: 1, pollDelay: 10, maxPollDelay: 50 },
    exports: { restRows: 0, pageRows: 2 },
  });
beforeAll(async () => {
  db = await testDatabase();
  org = await startSmallOrg({ now: () => new Date(Date.now() - behind) });
  const definitions = await loadDefinitions();
  const run = { id: newRunId(), connectionId: 'default', mode: 'auto', objects: null } as const;
  const write = <T>(work: Parameters<typeof db.transaction<T>>[0]) => db.transaction(work);
  const context = {
    db,
    run,
    definitions,
    source: source(),
    clock: systemClock,
    log: silentLog,
    signal,
    report() {},
    write,
  };
  await org.change({ op: 'delete', sobject: 'Contact', id: '003xx0000000004AAA' });
  behind = 0;
  for (const object of ['Account', 'Contact']) await pull(context, object);
});
afterAll(async () => {
  await org.close();
  await db.close();
});

const look = () => verify(db, source(), { connectionId: 'default', signal });

/** As a user runs it: exit code and output. */
const assay = (...parameters: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: db.url,
      SALESFORCE_LOGIN_URL: org.loginUrl,
      SALESFORCE_CLIENT_ID: org.clientId,
      SALESFORCE_CLIENT_SECRET: org.clientSecret,
    };
    execFile(process.execPath, ['assay.mjs', 'verify', ...parameters], { env }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr }),
    );
  });

it('finds an org and its mirror equal, deletions included', async () => {
  const found = await look();
  expect(found.map(({ object, isEqual, newerCount }) => [object, isEqual, newerCount])).toEqual([
    ['Account', true, 0],
    ['Contact', true, 0],
  ]);
  const [month] = found[1]!.months;
  expect(month).toMatchObject({ month: '2025-01', orgCount: 4, mirrorCount: 4, exampleIds: [] });
  expect(month!.orgChecksum).toBe(month!.mirrorChecksum);
  expect(BigInt(month!.orgChecksum)).toBeGreaterThan(0n);
});

it('does not call a change since the last sync a difference', async () => {
  await org.change({ op: 'update', sobject: 'Account', id: ids.acme, fields: { Name: 'Acme!' } });
  const [account] = await look();
  expect(account).toMatchObject({ isEqual: true, newerCount: 1 });
});

it('compares values: all of them or a sample, and names what differs by record and field', async () => {
  const honest = await verify(db, source(), { connectionId: 'default', values: 'all', signal });
  for (const { months, isEqual } of honest) {
    expect(isEqual).toBe(true);
    for (const { values } of months) {
      expect(values?.comparedCount).toBeGreaterThan(0);
      expect(values?.orgValueChecksum).toBe(values?.mirrorValueChecksum);
    }
  }
  // As if a page had been landed wrong: stamps, deletions and counts agree.
  await db.query(sql`update mirror.contact set email = 'other@example.com', last_name = null where id = ${ids.ann}`);
  await db.query(sql`update mirror.account set annual_revenue = annual_revenue + 0.5 where id = ${ids.bruecke}`);
  for (const values of ['all', 'sample'] as const) {
    const [account, contact] = await verify(db, source(), { connectionId: 'default', values, signal });
    expect(account).toMatchObject({ isEqual: false });
    expect(account!.months.map((month) => month.values?.wrongValues)).toEqual([
      [{ id: ids.bruecke, field: 'AnnualRevenue' }],
    ]);
    const [month] = contact!.months;
    expect(month!.orgChecksum).toBe(month!.mirrorChecksum);
    expect(month!.values).toMatchObject({
      wrongValueCount: 2,
      wrongValues: [
        { id: ids.ann, field: 'Email' },
        { id: ids.ann, field: 'LastName' },
      ],
    });
    expect(month!.values!.orgValueChecksum).not.toBe(month!.values!.mirrorValueChecksum);
  }
  const told = await assay('--values', '--objects', 'Contact');
  expect(told.code, told.out).toBe(1);
  expect(told.out).toContain(`2025-01: 2 values differ; e.g. ${ids.ann} Email, ${ids.ann} LastName`);
  expect(told.out).not.toContain('example.com');
  expect((await assay('--values', 'none', '--objects', 'Contact')).code).toBe(0);
  await db.query(sql`update mirror.contact set email = 'ann@acme.test', last_name = 'Archer' where id = ${ids.ann}`);
  await db.query(sql`update mirror.account set annual_revenue = annual_revenue - 0.5 where id = ${ids.bruecke}`);
});

it('names what is missing, only here, or other, in its month, and ends with 1', async () => {
  await db.query(sql`delete from mirror.account where id = ${ids.acmeTwo}`);
  await db.query(sql`insert into mirror.contact (connection_id, id, _version, _run_id, created_date, system_modstamp)
    values ('default', '003xx0000000099AAA', 0, 'run_x', '2024-02-03', '2024-02-03')`);
  await db.query(
    sql`update mirror.contact set system_modstamp = system_modstamp - interval '1 s' where id = ${ids.ann}`,
  );
  const [account, contact] = await look();
  expect(account!.months).toMatchObject([{ month: '2025-01', missingCount: 1, exampleIds: [ids.acmeTwo] }]);
  expect(contact!.months).toMatchObject([
    { month: '2024-02', orgCount: 0, extraCount: 1, exampleIds: ['003xx0000000099AAA'] },
    { month: '2025-01', differingCount: 1, exampleIds: [ids.ann] },
  ]);
  const { orgChecksum, mirrorChecksum } = contact!.months[1]!;
  expect(orgChecksum).not.toBe(mirrorChecksum);

  const told = await assay();
  expect(told.code, told.out).toBe(1);
  expect(told.out).toContain('Contact: DIFFERS');
  expect(told.out).toContain(`2024-02: org 0, mirror 1; 1 only here; e.g. 003xx0000000099AAA`);
  const json = await assay('--json', '--objects', 'Account');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ isEqual: false, objects: [{ object: 'Account', isEqual: false }] });
  const unknown = await assay('--objects', 'Lead');
  expect([unknown.code, unknown.out.includes('Lead was never synced')]).toEqual([1, true]);
});
