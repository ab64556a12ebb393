/** The queue backends to test: PostgreSQL always, and Redis as REDIS_URL or as a server of our own when one is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { randomBytes } from 'node:crypto';
import type { QueueSettings } from '../../src/queue/connection.ts';

const installed = spawnSync('redis-server', ['--version']).status === 0;

export const backends: ('postgres' | 'redis')[] =
  installed || process.env.REDIS_URL ? ['postgres', 'redis'] : ['postgres'];

/** `restart`: of a server of our own, which forgets everything by it. */
export type Backend = { settings: QueueSettings; stop(): Promise<void>; restart?(): Promise<void> };

export async function openBackend(kind: 'postgres' | 'redis', databaseUrl: string): Promise<Backend> {
  if (kind === 'postgres') return { settings: { databaseUrl }, stop: async () => {} };
  const redisPrefix = `test_${randomBytes(6).toString('hex')}`;
  if (process.env.REDIS_URL) {
    return { settings: { databaseUrl, redisUrl: process.env.REDIS_URL, redisPrefix }, stop: async () => {} };
  }
  let redis = await startRedis();
  return {
    settings: { databaseUrl, redisUrl: redis.url, redisPrefix },
    stop: () => redis.stop(),
    async restart() {
      await redis.stop();
      redis = await startRedis(redis.port);
    },
  };
}

export type Redis = { url: string; port: number; stop(): Promise<void> };

/** A redis-server that keeps nothing on disk. `port` is given to start it again where it was, `more` are options of its own. */
export async function startRedis(port?: number, more: Record<string, string> = {}): Promise<Redis> {
  const at = port ?? (await freePort());
  const options = { port: at, bind: '127.0.0.1', save: '', appendonly: 'no', ...more };
  const server = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
  );
  for await (const line of server.stdout) if (String(line).includes('Ready to accept')) break;
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    async stop() {
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}

type Answer<T> = T | undefined | null | false;

/** Asks until the answer is neither undefined, null nor false; the test's own timeout bounds it. */
export async function until<T>(ask: () => Promise<Answer<T>> | Answer<T>, everyMilliseconds = 50): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMilliseconds));
  }
}
