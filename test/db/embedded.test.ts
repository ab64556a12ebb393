import { execFileSync } from 'node:child_process';
import { appendFile, chmod, lstat, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { reachableHome } from '../../src/db/embedded-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  // as the service finds it: a folder the server's account may enter
  execFileSync('chmod', ['755', folder]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = async (url: string, statement = sql`select lower('ÉCLAIR') as word`) => {
  const db = connect(url, { name: 'test', maxConnections: 1 });
  try {
    return await db.query(statement);
  } finally {
    await db.close();
  }
};

/** Bytes on the disk. */
async function takenBy(place: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true }))
    bytes += (await lstat(join(entry.parentPath, entry.name))).blocks * 512;
  return bytes;
}

const serverId = async () =>
  Number((await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);

describe('startEmbeddedPostgres', () => {
  it('starts, keeps its data over a stop, and knows more than ASCII', async () => {
    const first = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(first.adopted).toBe(false);
    expect(await ask(first.url)).toEqual([{ word: 'éclair' }]);
    await ask(first.url, sql`create table public.kept as select 42 as n`);
    await first.stop();
    await expect(ask(first.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    const second = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(await ask(second.url, sql`select n from public.kept`)).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('adopts the server that a killed starter left behind, and can stop it', async () => {
    const orphan = await startEmbeddedPostgres(join(folder, 'postgres'));
    const heir = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(heir).toMatchObject({ adopted: true, url: orphan.url });
    await heir.stop();
    await expect(ask(orphan.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('comes up again right after the server itself was killed', async () => {
    await startEmbeddedPostgres(join(folder, 'postgres'));
    process.kill(await serverId(), 'SIGKILL');
    const again = await startEmbeddedPostgres(join(folder, 'postgres'));
    expect(await ask(again.url, sql`select n from public.kept`)).toEqual([{ n: 42 }]);
    await again.stop();
  });

  // What a killed server leaves ends by itself, though not at once on a busy machine; /proc tells who that is.
  it.runIf(process.platform === 'linux')('waits for what a killed server left behind to end', async () => {
    await startEmbeddedPostgres(join(folder, 'postgres'));
    const id = await serverId();
    const children = (await readFile(`/proc/${id}/task/${id}/children`, 'utf8')).trim().split(' ').map(Number);
    expect(children.length).toBeGreaterThan(2);
    for (const child of children) process.kill(child, 'SIGSTOP');
    process.kill(id, 'SIGKILL');
    let isBusy = true;
    const again = startEmbeddedPostgres(join(folder, 'postgres'));
    setTimeout(() => {
      isBusy = false;
      for (const child of children) process.kill(child, 'SIGCONT');
    }, 1_500);
    const { url, adopted, stop } = await again;
    expect({ isBusy, adopted }).toEqual({ isBusy: false, adopted: false });
    expect(await ask(url, sql`select n from public.kept`)).toEqual([{ n: 42 }]);
    await stop();
  });

  it('may be started by several at once: one starts it, the others adopt it', async () => {
    const place = join(folder, 'fresh');
    for (const round of ['on a new folder', 'on one that is there']) {
      const servers = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres(place)));
      expect(new Set(servers.map(({ url }) => url)).size, round).toBe(1);
      expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
      expect(await ask(servers[0]!.url)).toEqual([{ word: 'éclair' }]);
      await servers[0]!.stop();
    }
    expect((await readdir(place)).toSorted()).toEqual(['assay.json', 'data', 'server.log']);
  });

  it('takes 50 MB at first, and keeps no log that it does not need', async () => {
    const place = join(folder, 'small');
    const server = await startEmbeddedPostgres(place);
    const first = await takenBy(place);
    // 200 MB of log, and nothing else that stays.
    for (let round = 0; round < 2; round += 1) {
      await ask(
        server.url,
        sql`create table public.much as select n, repeat(md5(n::text), 30) as text from generate_series(1, 100000) n`,
      );
      await ask(server.url, sql`update public.much set n = n + 1`);
      await ask(server.url, sql`drop table public.much`);
    }
    const [log] = await ask(server.url, sql`select (pg_current_wal_lsn() - '0/0')::float8 as bytes`);
    expect(Number(log!.bytes)).toBeGreaterThan(180e6);
    await server.stop();
    expect(first).toBeLessThan(60e6);
    expect(await takenBy(place)).toBeLessThan(first + 20e6);
  });

  it('never makes a new database where one is that it cannot open', async () => {
    await rename(join(folder, 'fresh', 'assay.json'), join(folder, 'moved.json'));
    await expect(startEmbeddedPostgres(join(folder, 'fresh'))).rejects.toThrow(
      /opened by .*assay\.json.*Restore that file/,
    );
    await rename(join(folder, 'moved.json'), join(folder, 'fresh', 'assay.json'));
    const server = await startEmbeddedPostgres(join(folder, 'fresh'));
    await server.stop();
  });

  it('says why it does not start', async () => {
    const settings = join(folder, 'fresh', 'data', 'postgresql.conf');
    await appendFile(settings, '\nshared_buffers = lots\n');
    await expect(startEmbeddedPostgres(join(folder, 'fresh'))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/shared_buffers.*the rest is in .*server\.log/),
    });
  });
});

describe('reachableHome', () => {
  it('gives each folder that the server may not enter a place of its own, and the same one again', async () => {
    const closed = await Promise.all(['assay-one-', 'assay-two-'].map((name) => mkdtemp(join(tmpdir(), name))));
    const account = { uid: 65_534, gid: 65_534 };
    const homeOf = (parent: string) => reachableHome(join(parent, '.assay', 'postgres'), account);
    const [one = '', two = ''] = await Promise.all(closed.map(homeOf));
    expect(one).not.toBe(two);
    expect(await homeOf(closed[0]!)).toBe(one);
    await chmod(closed[0]!, 0o755);
    expect(await homeOf(closed[0]!)).toBe(join(closed[0]!, '.assay', 'postgres'));
    for (const path of [one, two, ...closed]) await rm(path, { recursive: true });
  });
});
