/** PostgreSQL runs out of disk in mid-pull: the pull fails saying so, its mark stays, and with room again it ends as if nothing had been. */
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import sql, { raw } from 'sql-template-tag';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { buildApp } from '../../src/http/app.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { type Org, startOrg } from '../journey/org.ts';

// A disk of its own needs the right to mount.
const mount = (folder: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0700', 'tmpfs', folder]).status === 0;
const probe = await mkdtemp(join(tmpdir(), 'assay-disk-'));
const isPossible = mount(probe);
if (!isPossible) console.warn('\nNOT TESTED here: a full disk of PostgreSQL (needs root, to mount a small tmpfs)\n');

let home: string;
let server: EmbeddedPostgres;
let db: Db;
let org: Org;
// A server of its own: whoever needs a buffer there may have to write out a page of the full disk.
beforeAll(async () => {
  if (!isPossible) return;
  home = await mkdtemp(join(tmpdir(), 'assay-disk-server-'));
  await chmod(home, 0o755);
  server = await startEmbeddedPostgres(home);
  const admin = connect(server.url, { name: 'test', maxConnections: 1 });
  const [found] = await admin.query<{ folder: string }>(
    sql`select setting as folder from pg_settings where name = 'data_directory'`,
  );
  const { uid, gid } = await stat(found!.folder);
  await chown(probe, uid, gid);
  await chmod(probe, 0o700);
  await admin.query(raw(`create tablespace small location '${probe}'`));
  // Copied file by file, so that every page has its place on the disk from the start.
  await admin.query(raw('create database small template template0 tablespace small strategy file_copy'));
  await admin.close();
  db = connect(Object.assign(new URL(server.url), { pathname: '/small' }).href, { name: 'test' });
  await migrate(db);
  org = await startOrg({ accounts: 200 });
});
afterAll(async () => {
  if (isPossible) {
    await org.close();
    await db.close();
    await server.stop();
    spawnSync('umount', [probe]);
    await rm(home, { recursive: true, force: true });
  }
  await rm(probe, { recursive: true, force: true });
});

it.runIf(isPossible)('a full disk in mid-pull', { timeout: 120_000 }, async () => {
  const { emulator } = org;
  const { loginUrl, clientId, clientSecret } = emulator;
  const definitions = await loadDefinitions();
  const source = openSalesforce({ loginUrl, clientId, clientSecret, apiVersion: '62.0', exports: { restRows: 0 } });
  const sync = () => pull(stageContext({ db, definitions, source }), 'Contact');
  await db.query(
    sql`create table public.filler as select repeat(md5(i::text), 60) as text from generate_series(1, 1) i`,
  );
  // Ever smaller pieces, until not even a page is left.
  for (let rows = 4_000; rows >= 4; rows = Math.floor(rows / 2)) {
    for (let isFull = false; !isFull;) {
      isFull = await db
        .query(sql`insert into public.filler select repeat(md5(i::text), 60) from generate_series(1, ${rows}) i`)
        .then(
          () => false,
          (error: { code?: string }) => error.code === '53100',
        );
    }
  }
  const app = await buildApp({ db, definitions, log: silentLog, clock: systemClock });
  const ready = () => app.inject('/readyz');
  expect((await ready()).statusCode).toBe(503);
  expect((await ready()).json().checks).toContainEqual({
    name: 'postgres',
    ok: false,
    detail: expect.stringMatching(/No space left/),
  });
  await expect(sync()).rejects.toMatchObject({ code: '53100' });
  expect(await db.query(sql`select from mirror.watermark`)).toEqual([]);

  await db.query(sql`drop table public.filler`);
  expect((await ready()).statusCode).toBe(200);
  await app.close();
  await sync();
  const rows = (await (await fetch(`${emulator.url}/control/rows?sobject=Contact`)).json()) as { Id: string }[];
  const mirrored = await db.query<{ id: string }>(sql`select id from mirror.contact`);
  expect(mirrored.map(({ id }) => id).sort()).toEqual(rows.map(({ Id }) => Id).sort());
  expect(await db.query(sql`select object from mirror.watermark`)).toEqual([{ object: 'Contact' }]);
});
