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

test('a login that is refused is told without the password', async () => {
  const url = Object.assign(new URL(owner.url), { password: 'hunter2' });
  const stranger = connect(url.href, { name: 'test' });
  const refused = await checkReachable(stranger).catch((error: Error) => error);
  await stranger.close();
  expect(refused).toMatchObject({ code: 'config-invalid', message: expect.stringContaining('password') });
  expect((refused as Error).message).not.toContain('hunter2');
});
