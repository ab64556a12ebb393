/** An owner with few rights on a server of its own: told plainly what is missing, and enough once it is there. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { checkReachable } from '../../src/db/reach.ts';

// A role belongs to a whole server, and on the one of all tests the reader exists already.
let folder: string;
let server: EmbeddedPostgres;
let admin: Db;
let owner: Db;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  // The server's account must be able to enter it.
  await chmod(folder, 0o755);
  server = await startEmbeddedPostgres(join(folder, 'postgres'));
  admin = connect(server.url, { name: 'test' });
  await admin.query(raw(`create role weak login password 'weak' nocreaterole`));
  await admin.query(raw('create database weak owner weak'));
  const url = Object.assign(new URL(server.url), { username: 'weak', password: 'weak', pathname: '/weak' });
  owner = connect(url.href, { name: 'test' });
});
afterAll(async () => {
  await owner?.close();
  await admin?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('without the right to create roles the migration names both ways out, and changes nothing', async () => {
  await checkReachable(owner);
  await expect(migrate(owner)).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(/alter role weak createrole.*create role assay_reader nologin/s),
  });
  const left = await owner.query(sql`select from pg_namespace where nspname = 'control'`);
  expect(left).toEqual([]);
});

test('once an administrator has made the reader, the owner of the database is enough', async () => {
  await admin.query(raw('create role assay_reader nologin'));
  expect(await migrate(owner)).toContain('0008_unified.sql');
  expect(await migrate(owner)).toEqual([]);
});

test('a dump restored where the reader is missing is mended by migrate: the role and its rights, by twenty at once', async () => {
  // What a restore leaves: everything but the role and what was granted to it. A file of the dump may be restored twice.
  await owner.query(
    raw(`create table unified.contact (id text primary key);
    create view revops.contact as select id from unified.contact`),
  );
  await admin.query(raw('create database twin owner weak'));
  const twin = connect(Object.assign(new URL(owner.url), { pathname: '/twin' }).href, { name: 'test' });
  await migrate(twin);
  for (const db of ['weak', 'twin']) {
    const inside = connect(Object.assign(new URL(admin.url), { pathname: `/${db}` }).href, { name: 'test' });
    await inside.query(raw('drop owned by assay_reader'));
    await inside.close();
  }
  await admin.query(raw('drop role assay_reader'));

  await expect(migrate(owner)).rejects.toMatchObject({ code: 'config-invalid' });
  await admin.query(raw('alter role weak createrole'));
  const rivals = Array.from({ length: 20 }, (_, at) =>
    connect((at % 2 === 0 ? owner : twin).url, { name: 'rival', maxConnections: 1 }),
  );
  expect((await Promise.all(rivals.map((rival) => migrate(rival)))).flat()).toEqual([]);
  await Promise.all([twin, ...rivals].map((db) => db.close()));

  const may = (relation: string) => sql`select has_table_privilege('assay_reader', ${relation}, 'select') as reads,
    has_schema_privilege('assay_reader', split_part(${relation}, '.', 1), 'usage') as enters`;
  for (const relation of ['unified.publication', 'unified.contact', 'revops.contact']) {
    expect(await owner.query(may(relation)), relation).toEqual([{ reads: true, enters: true }]);
  }
  expect(await owner.query(may('control.connection'))).toEqual([{ reads: false, enters: false }]);
});

test('a login that is refused is told without the password', async () => {
  const url = Object.assign(new URL(owner.url), { password: 'hunter2' });
  const stranger = connect(url.href, { name: 'test' });
  const refused = await checkReachable(stranger).catch((error: Error) => error);
  await stranger.close();
  expect(refused).toMatchObject({ code: 'config-invalid', message: expect.stringContaining('password') });
  expect((refused as Error).message).not.toContain('hunter2');
});

test(
  'a server with no connection left is asked again, and named as what it is meanwhile',
  { timeout: 30_000 },
  async () => {
    await admin.query(raw('alter role weak connection limit 1'));
    await Promise.all([owner.close(), new Promise((resolve) => setTimeout(resolve, 200))]);
    const holder = connect(owner.url, { name: 'test', maxConnections: 1 });
    await holder.query(sql`select 1`);
    const late = connect(owner.url, { name: 'late', maxConnections: 1 });
    const faults: string[] = [];
    await checkReachable(late, ({ code, message }) => {
      faults.push(`${code}: ${message}`);
      void holder.close();
    });
    expect(faults[0]).toMatch(/^database-crowded: PostgreSQL says: too many connections/);
    await late.close();
    await admin.query(raw('alter role weak connection limit -1'));
    owner = connect(late.url, { name: 'test' });
  },
);
