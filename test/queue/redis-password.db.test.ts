/** A Redis that refuses the password: the log says so, and never with the password. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { testDatabase } from '../database.ts';
import { backends, startRedis } from './backends.ts';

test.runIf(backends.includes('redis'))('a refused password of Redis is in no line of the log', async () => {
  const [db, redis] = [await testDatabase(), await startRedis()];
  const admin = connect(redis.port, '127.0.0.1').end('CONFIG SET requirepass another\r\n');
  await once(admin.resume(), 'end');
  const worker = spawn(process.execPath, ['assay.mjs', 'worker'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: db.url,
      REDIS_URL: `redis://ada:hunter2@127.0.0.1:${redis.port}`,
      SALESFORCE_LOGIN_URL: 'http://127.0.0.1:1',
      SALESFORCE_CLIENT_ID: 'x',
      SALESFORCE_CLIENT_SECRET: 'x',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let log = '';
  for await (const part of worker.stderr.setEncoding('utf8')) {
    log += part;
    if ((log.match(/WRONGPASS/g) ?? []).length > 8) break;
  }
  worker.kill('SIGKILL');
  await redis.stop();
  await db.close();
  expect(log).toContain('"args":"[Redacted]"');
  expect(log).not.toContain('hunter2');
});
