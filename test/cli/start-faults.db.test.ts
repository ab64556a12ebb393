/** What this machine cannot give a command that starts: one line that says what to do, and the exit code 1. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { assay, type Ran } from '../cli.ts';
import { testDatabase } from '../database.ts';
import { user, writeFolder } from '@assay/emulator/test/small-org.ts';

let db: Db;
let folder: string;
let taken: Server;
let port: number;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'assay-start-'));
  await chmod(folder, 0o755);
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  port = (taken.address() as AddressInfo).port;
});
afterAll(async () => {
  taken.close();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

/** One line that opens with these words, nothing on standard output, and the exit code 1. */
const oneLine = (words: string) => ({
  code: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^(?!.*requestId)${words}[^\\n]*\\n$`)),
});

describe('an address that cannot be listened on', () => {
  // No log: what was done before is not of interest here.
  const serve = (more: Record<string, string>) =>
    assay(['serve'], { DATABASE_URL: db.url, LOG_LEVEL: 'silent', ...more });

  test('a port that another program has', async () => {
    expect(await serve({ PORT: String(port) })).toEqual(
      oneLine(`Port ${port} of 127.0.0.1 is taken .* set PORT to a free port`),
    );
  });

  test('a port that another program has, of the local org', async () => {
    const org = writeFolder({ 'User.csv': user });
    expect(await assay(['emulator', '--org', org, '--port', String(port)])).toEqual(
      oneLine(`Port ${port} of 127.0.0.1 is taken .* set --port to a free port`),
    );
    await rm(org, { recursive: true });
  });

  test.each(['192.0.2.1', '2001:db8::1'])('%s, which this machine does not have', async (HOST) => {
    expect(await serve({ HOST, PORT: '0' })).toEqual(oneLine(`This machine has no address ${HOST}\\. Set HOST`));
  });

  test('a name that is none', async () => {
    expect(await serve({ HOST: 'nowhere.invalid', PORT: '0' })).toEqual(
      oneLine('HOST is not an address of this machine.*Set HOST to'),
    );
  });
});

test('where there is IPv6 only the API listens on it', async ({ skip }) => {
  const probe = createServer().listen(0, '::1');
  const isThere = await once(probe, 'listening').then(
    () => true,
    () => false,
  );
  probe.close();
  if (!isThere) skip('this machine has no IPv6');
  const child = execFile(process.execPath, ['assay.mjs', 'serve'], {
    env: { PATH: process.env.PATH, DATABASE_URL: db.url, HOST: '::1', PORT: '0' },
  });
  const [line] = (await once(child.stdout!, 'data')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect(await assay(['sync', '--url', url, '--key', 'wrong'])).toEqual(oneLine('No valid key was given'));
  child.kill();
  await once(child, 'exit');
});

describe('a machine without 127.0.0.1', () => {
  const alone = ['-n', 'sh', '-c', 'ip link set lo up && ip addr del 127.0.0.1/8 dev lo && exec "$@"', 'sh'];
  const isPossible = spawnSync('unshare', [...alone, 'true']).status === 0;

  test.runIf(isPossible).each([
    ['serve', 'The configuration is not valid: The embedded PostgreSQL listens on 127.0.0.1.* Set DATABASE_URL to'],
    ['emulator', 'This machine has no address 127.0.0.1. The local Salesforce org needs it: add it'],
    ['demo', 'This machine has no address 127.0.0.1. The local Salesforce org needs it: add it'],
  ])('assay %s', (command, words) => {
    const env = { PATH: process.env.PATH, ASSAY_DATA: join(folder, 'alone') };
    const ran = spawnSync('unshare', [...alone, process.execPath, 'assay.mjs', command], { env, encoding: 'utf8' });
    // The demo says first what it is about to do.
    expect({ code: ran.status, stdout: '', stderr: ran.stderr }).toEqual(oneLine(words));
  });
});

describe('a data folder that cannot be used', () => {
  const settings = (data: string) => ({
    ASSAY_DATA: data,
    SALESFORCE_LOGIN_URL: 'http://127.0.0.1:1',
    SALESFORCE_CLIENT_ID: 'x',
    SALESFORCE_CLIENT_SECRET: 'x',
  });
  const commands = ['serve', 'worker', 'migrate', 'key', 'verify', 'demo', 'emulator'];

  test.each(commands)('assay %s: a file is in its place', async (command) => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    expect(await assay([command], settings(join(file, 'data')))).toEqual(
      oneLine('The data folder .*file.* cannot be used: .*Set ASSAY_DATA to'),
    );
  });

  test.each(commands)('assay %s: nobody may write there', async (command) => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o555, recursive: true });
    // The right of root to write everywhere is not that of whoever runs a service.
    const ran = await new Promise<Ran>((done) => {
      const as = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
      execFile(
        process.execPath,
        ['assay.mjs', command],
        { env: { PATH: process.env.PATH, ...settings(join(closed, 'data')) }, ...as },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      );
    });
    // The demo says first what it is about to do.
    expect({ ...ran, stdout: '' }).toEqual(
      oneLine('The data folder .*closed.* cannot be used: this user has no right .*Set ASSAY_DATA to'),
    );
  });

  const disk = join(tmpdir(), `assay-disk-${process.pid}`);
  const mount = (...rest: string[]) => spawnSync('mount', ['-t', 'tmpfs', ...rest, 'tmpfs', disk]).status === 0;
  afterAll(async () => {
    spawnSync('umount', [disk]);
    await rm(disk, { recursive: true, force: true });
  });

  test('a full disk, when the database is made and when it is started', async ({ skip }) => {
    await mkdir(disk, { recursive: true });
    if (!mount('-o', 'size=20m,mode=0755')) skip('a full disk needs root, to mount a small tmpfs');
    const full = oneLine(
      'The configuration is not valid: PostgreSQL .*: the disk is full\\. Free some space, or set ASSAY_DATA',
    );
    expect(await assay(['migrate'], { ASSAY_DATA: join(disk, 'data') })).toEqual(full);

    spawnSync('mount', ['-o', 'remount,size=120m', disk]);
    expect((await assay(['migrate'], { ASSAY_DATA: join(disk, 'data') })).code).toBe(0);
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'rest')}`, 'bs=64k']);
    expect(await assay(['migrate'], { ASSAY_DATA: join(disk, 'data') })).toEqual(full);
    expect(await assay(['emulator'], { ASSAY_DATA: disk })).toEqual(
      oneLine('The disk is full: .*Free some space, or set ASSAY_DATA'),
    );
  });
});
