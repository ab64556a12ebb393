/** The commands of the pages on backups and upgrades, run as written: a dump into a server without our role, a copy of the embedded one, decisions into a new database. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import sql, { raw, type Sql } from 'sql-template-tag';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openSecretKeys } from '../../src/control/secret.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { grantReading } from '../../src/db/reader.ts';
import { schemaText } from '../../src/db/schema.ts';
import { testDatabase } from '../database.ts';

const pgDump = inject('pgDump');

/** The shell blocks of a page, in its steps too. */
async function blocks(file: string): Promise<string[]> {
  const page = await readFile(file, 'utf8');
  return [...page.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

let folder: string;
let running: Db;
let server: EmbeddedPostgres;
const opened: Db[] = [];

beforeAll(async () => {
  running = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'assay-restore-'));
  // The server's account must be able to enter it.
  await chmod(folder, 0o755);
  for (const name of ['package.json', 'assay.mjs', 'node_modules']) await symlink(resolve(name), join(folder, name));
  server = await startEmbeddedPostgres(join(folder, 'postgres'));
});
afterAll(async () => {
  for (const db of opened) await db.close();
  await server.stop();
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

async function emptyDatabase(name: string): Promise<Db> {
  const admin = connect(server.url, { name: 'test', maxConnections: 1 });
  await admin.query(raw(`create database ${name}`));
  await admin.close();
  const db = connect(Object.assign(new URL(server.url), { pathname: `/${name}` }).href, { name: 'test' });
  opened.push(db);
  return db;
}

function run(block: string, settings: Record<string, string>): Promise<{ code: number; output: string }> {
  const PATH = [...(pgDump ? [dirname(pgDump)] : []), process.env.PATH].join(delimiter);
  return new Promise((done) => {
    execFile(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', block],
      { cwd: folder, env: { PATH, HOME: process.env.HOME ?? '', ...settings } },
      (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
}

const decisions = (db: Db) =>
  db.query(sql`select d, nextval('review.version') > d.version as is_ahead from review.decision d order by id`);

test.runIf(pgDump)(
  'a dump is restored where the reader is missing, and migrate grants what the dump could not',
  async () => {
    await running.query(
      raw(`create table unified.contact (id text primary key); insert into unified.contact values ('a');
    create view salesops.contact as select id from unified.contact`),
    );
    await grantReading(running);
    for (const number of [1, 2, 3]) {
      await running.query(sql`insert into review.decision (id, entity, l_connection_id, l_id, r_connection_id, r_id, kind,
        l_value_hash, r_value_hash, reason, decided_by, decided_at)
      values (${`rev_00000000-0000-7000-8000-00000000000${number}`}, 'person', 'default', ${`003A${number}`}, 'default',
        '003B', 'same', 'a', 'b', 'one; person', 'key', now())`);
    }
    const restored = await emptyDatabase('restored');
    const [dump, restore, ...others] = await blocks('docs/how-to/back-up.md');
    expect(others).toHaveLength(2);
    expect(await run(dump!, { DATABASE_URL: running.url })).toEqual({ code: 0, output: '' });
    expect(await run(restore!, { DATABASE_URL: restored.url })).toEqual({
      code: 0,
      output: 'the database is up to date\n',
    });
    // Views stand in the order they were made in.
    const parts = async (db: Db) => (await schemaText(db)).split('\n\n').sort();
    expect(await parts(restored)).toEqual(await parts(running));
    expect(await decisions(restored)).toEqual(await decisions(running));
    const asReader = (statement: Sql) =>
      restored.transaction(async (tx) => {
        await tx.query(raw('set local role assay_reader'));
        return tx.query(statement);
      });
    expect(await asReader(sql`select id from salesops.contact`)).toEqual([{ id: 'a' }]);
    await expect(asReader(sql`select from control.connection`)).rejects.toThrow('permission denied');
    // A second restore into what is not empty changes nothing.
    expect((await run(restore!, { DATABASE_URL: restored.url })).code).not.toBe(0);
  },
);

test.runIf(pgDump)('decisions are copied into a new database, and new ones come after them', async () => {
  const anew = await emptyDatabase('anew');
  await migrate(anew);
  const [copy, ...others] = await blocks('docs/how-to/upgrade.md');
  expect(others).toEqual([]);
  const settings = { OLD_DATABASE_URL: running.url, DATABASE_URL: anew.url };
  expect((await run(copy!, settings)).code).toBe(0);
  const copied = await decisions(anew);
  expect(copied.map(({ d }) => d)).toEqual((await decisions(running)).map(({ d }) => d));
  expect(copied.map((row) => row.is_ahead)).toEqual([true, true, true]);
  // Twice is refused as a whole.
  expect((await run(copy!, settings)).code).not.toBe(0);
  expect(await decisions(anew)).toHaveLength(3);
});

test('the embedded PostgreSQL is copied without tools of its own, and its key apart from it', async () => {
  const [, , keep, comeBack] = await blocks('docs/how-to/back-up.md');
  const [from, to] = ['kept', 'back'].map((name) => join(folder, name));
  await mkdir(from!);
  // As the commands of Assay find it: the database in a folder of its own, the key beside it.
  const before = await startEmbeddedPostgres(join(from!, 'postgres'));
  const db = connect(before.url, { name: 'test' });
  await migrate(db);
  await db.query(
    raw(`create table unified.contact (id text primary key); insert into unified.contact values ('a'), ('b');
    create view salesops.contact as select id from unified.contact`),
  );
  const keys = await openSecretKeys(undefined, from!);
  const sealed = keys.seal('a secret', 'connection:default');
  await db.close();
  await before.stop();
  expect(await run(keep!, { ASSAY_DATA: from! })).toEqual({ code: 0, output: '' });
  await rm(from!, { recursive: true });

  expect(await run(comeBack!, { ASSAY_DATA: to! })).toEqual({ code: 0, output: 'the database is up to date\n' });
  const after = await startEmbeddedPostgres(join(to!, 'postgres'));
  const again = connect(after.url, { name: 'test' });
  try {
    expect(await again.query(sql`select id from salesops.contact order by id`)).toEqual([{ id: 'a' }, { id: 'b' }]);
  } finally {
    await again.close();
    await after.stop();
  }
  expect((await openSecretKeys(undefined, to!)).open(sealed, 'connection:default')).toBe('a secret');
  // The copy of the database alone opens no login.
  await rm(join(to!, 'secret.key'));
  const another = await openSecretKeys(undefined, to!);
  expect(() => another.open(sealed, 'connection:default')).toThrow(/sealed with key/);
});
