/** A Redis that refuses the password: one line says so, never with the password, and the worker ends or waits. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';
import { backends, type Redis, startRedis, until } from './backends.ts';

const password = 'hunter2-canary';

describe.runIf(backends.includes('redis'))('a Redis that refuses the password', () => {
  let db: Db;
  let redis: Redis;
  beforeAll(async () => {
    db = await testDatabase();
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
    await db.close();
  });

  /** Sends commands as an admin would, who is logged in by the password `as`. */
  const admin = async (as: string | null, ...commands: string[]) => {
    const lines = [...(as === null ? [] : [`AUTH ${as}`]), ...commands];
    const socket = connect(redis.port, '127.0.0.1').end(lines.map((line) => `${line}\r\n`).join(''));
    await once(socket.resume(), 'end');
  };
  const start = (url: string) => {
    const child = spawn(process.execPath, ['assay.mjs', 'worker'], {
      env: { PATH: process.env.PATH, DATABASE_URL: db.url, REDIS_URL: url, LOG_LEVEL: 'debug' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', log: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part));
    return { child, said, ended: once(child, 'close') as Promise<[number | null]> };
  };

  test('at the start: the worker ends, with one line that names the setting', async () => {
    await admin(null, `CONFIG SET requirepass another`);
    for (const url of [`redis://ada:${password}@127.0.0.1:${redis.port}`, `redis://127.0.0.1:${redis.port}`]) {
      const { said, ended } = start(url);
      expect(await ended).toEqual([1, null]);
      const last = said.log.trim().split('\n').at(-1)!;
      expect(last).toMatch(
        new RegExp(
          `^The configuration is not valid: Redis at 127.0.0.1:${redis.port} refuses the login \\(REDIS_URL\\): (WRONGPASS|NOAUTH)`,
        ),
      );
      expect(said.log).not.toContain(password);
    }
    await admin('another', `CONFIG SET requirepass ${password}`);
  }, 120_000);

  test('while it runs: told once, and the worker goes on when Redis takes the password again', async () => {
    const { child, said, ended } = start(`redis://:${password}@127.0.0.1:${redis.port}`);
    await until(() => said.out.includes('ready'));
    await admin(password, 'CONFIG SET requirepass another', 'CLIENT KILL TYPE normal SKIPME yes');
    await until(() => said.log.includes('refuses the login (REDIS_URL): jobs wait until it takes it'));
    // Time for a dozen connections to try again a few times each.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(said.log.match(/refuses the login/g)).toHaveLength(1);
    expect(child.exitCode).toBeNull();
    await admin('another', `CONFIG SET requirepass ${password}`);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(said.log).not.toContain(password);
  });
});
