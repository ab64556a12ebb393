/** The service as README and docs/how-to start it: in the background of a shell, ended by the id that the shell knows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

const nodes = [process.execPath, inject('olderNode')].filter((node) => node !== null);

async function isGone(id: number): Promise<boolean> {
  for (let tries = 0; tries < 250; tries += 1) {
    try {
      process.kill(id, 0);
    } catch {
      return true;
    }
    await sleep(100);
  }
  return false;
}

describe.each(nodes)('on %s', (node) => {
  test.each([
    ['serve', 'url'],
    ['worker', 'ready'],
  ])('`node assay.mjs %s &` ends by its id, and nothing of it stays', async (command, word) => {
    // The shell says the id of what it started, and each Node that runs says its own.
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent('console.log("process", process.pid)')}`;
    const shell = spawn('sh', ['-c', `"${node}" assay.mjs ${command} & echo "started $!"; wait`], {
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS,
        DATABASE_URL: db.url,
        PORT: '0',
        SALESFORCE_LOGIN_URL: 'http://127.0.0.1:1',
        SALESFORCE_CLIENT_ID: 'x',
        SALESFORCE_CLIENT_SECRET: 'x',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ids: number[] = [];
    let started = 0;
    for await (const line of createInterface({ input: shell.stdout })) {
      const [name, id] = line.split(' ');
      if (name === 'started') started = Number(id);
      if (name === 'process') ids.push(Number(id));
      if (line.startsWith(`{"${word}"`)) break;
    }
    expect(ids).toContain(started);
    process.kill(started, 'SIGTERM');
    for (const id of ids) expect(await isGone(id), String(id)).toBe(true);
    if (shell.exitCode === null) await once(shell, 'exit');
  });
});

test('what npm prints on an older Node is explained beside the first command, and not hidden', async () => {
  const page = await readFile('README.md', 'utf8');
  const command = page.search(/^npm ci\b/m);
  const explained = page.indexOf('EBADENGINE', command);
  expect(explained).toBeGreaterThan(command);
  expect(explained - command).toBeLessThan(400);
  expect(await readFile('.npmrc', 'utf8')).not.toMatch(/loglevel|silent|engine/);
  // Nor by the versions that Node 20 could run: as soon as there is no such package, nothing is left to explain.
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { engines?: { node?: string }; optional?: boolean }>;
  };
  const newer = Object.values(packages).filter(({ engines }) => /^(>=|\^) ?2[2-9]\b/.test(engines?.node ?? ''));
  expect(newer.length).toBeGreaterThan(0);
});
