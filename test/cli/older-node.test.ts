/** An older Node that starts assay.mjs gets the one npm installed: what goes in and comes out is as if it had been started itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { user, writeFolder } from '@assay/emulator/test/small-org.ts';

const olderNode = inject('olderNode')!;
const { PATH, HOME } = process.env;

type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string };

async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** `probe`: runs in each Node 24 process before the command line. */
function start(parameters: string[], probe = '', file = 'assay.mjs'): ChildProcess {
  const isNew = 'Number(process.versions.node.split(".")[0]) >= 22';
  const code = `if (${isNew}) { ${probe} }`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`;
  return spawn(olderNode, [file, ...parameters], { env: { PATH, HOME, NODE_OPTIONS }, stdio: 'pipe' });
}

const isAlive = (id: number) => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

async function gone(id: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (!isAlive(id)) return true;
    await sleep(100);
  }
  return false;
}

describe.runIf(inject('olderNode'))('on an older Node', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'assay-older-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('the command line runs in the Node that npm installed', async () => {
    const { code, stdout, stderr } = await ended(start(['--help'], 'console.log(process.version)'));
    expect(stdout).toMatch(/^v24\.[\d.]+\nUsage: assay/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('parameters arrive as they were given, standard input is handed on, and the exit code comes back', async () => {
    const probe =
      'let given = ""; for await (const part of process.stdin) given += part; ' +
      'console.log(JSON.stringify({ given, parameters: process.argv.slice(2) })); process.exit(37)';
    const child = start(['match', 'two words', '--map=a=b', '"', ''], probe);
    child.stdin!.end('typed');
    const { code, stdout } = await ended(child);
    expect(JSON.parse(stdout)).toEqual({ given: 'typed', parameters: ['match', 'two words', '--map=a=b', '"', ''] });
    expect(code).toBe(37);
  });

  test('a wrong option ends with 1', async () => {
    const { code, stderr } = await ended(start(['serve', '--no-such-option']));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: unknown option '--no-such-option'/);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches a process that closes in order', async (signal) => {
    const child = start(
      ['serve'],
      `process.once('${signal}', () => process.exit(5)); console.log(process.pid); await new Promise(() => setInterval(() => {}, 1000))`,
    );
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([5, null]);
    expect(await gone(Number(line))).toBe(true);
  });

  test('a process that a signal ends is seen to have ended by it', async () => {
    const child = start(['serve'], `console.log(process.pid); await new Promise(() => setInterval(() => {}, 1000))`);
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    process.kill(Number(line), 'SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  test.each([
    ['SIGTERM', [0, null]],
    ['SIGINT', [0, null]],
    ['SIGKILL', [null, 'SIGKILL']],
  ] as const)('a server ends by %s to the id that the shell knows', async (signal, end) => {
    const org = writeFolder({ 'User.csv': user });
    const child = start(['emulator', '--org', org, '--port', '0'], 'console.error(process.pid)');
    const inner = once(child.stderr!, 'data');
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const { url } = JSON.parse(String(line)) as { url: string };
    expect((await fetch(`${url}/services/data`)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual(end);
    expect(await gone(Number((await inner)[0]))).toBe(true);
    await expect(fetch(`${url}/services/data`)).rejects.toThrow('fetch failed');
    await rm(org, { recursive: true });
  });

  test('Ctrl-C, which a terminal sends to both processes, is one wish to end in order', async () => {
    const org = writeFolder({ 'User.csv': user });
    const child = start(['emulator', '--org', org, '--port', '0'], 'console.error(process.pid)');
    const [[id]] = await Promise.all([once(child.stderr!, 'data'), once(child.stdout!, 'data')]);
    process.kill(Number(id), 'SIGINT');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await rm(org, { recursive: true });
  });

  test('where there is none it says what to do, and ends with 1', async () => {
    await copyFile('assay.mjs', join(folder, 'assay.mjs'));
    const { code, stdout, stderr } = await ended(start(['serve'], '', join(folder, 'assay.mjs')));
    expect(stderr).toMatch(/^Assay needs Node 24 and found v20\.[\d.]+\. .*"npm ci".*\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});
