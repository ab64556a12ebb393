/** A database URL, or a Redis URL when there is one, becomes BullMQ queues and workers on that backend. */
import { readFileSync } from 'node:fs';
import { createPostgresBackend, PostgresConnection, type Processor, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { certificateFault } from '../model/certificate-fault.ts';
import { DomainError } from '../model/errors.ts';
import type { Log } from '../model/ports.ts';
import { processMark } from '../model/process-mark.ts';

export type QueueSettings = {
  databaseUrl: string;
  /** Unset: the queue lives in PostgreSQL. */
  redisUrl?: string | undefined;
  /** A file: whom to trust at `rediss:`. */
  redisCa?: string | undefined;
  /** Apart on a Redis shared with others. */
  redisPrefix?: string | undefined;
};

function postgres(settings: QueueSettings, maxConnections: number) {
  const url = new URL(settings.databaseUrl);
  // It would override the search path.
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    // As of the process's own pool: who takes over from a vanished process ends these sessions too.
    application_name: `assay queue ${processMark}`,
    idle_in_transaction_session_timeout: 30_000,
    max: maxConnections,
    // Measured: with BullMQ's defaults a half-open socket wedges the worker for good, without any error.
    query_timeout: 15_000,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  };
}

type RedisAt = { redisUrl: string; redisCa?: string | undefined };

/** @throws DomainError `config-invalid` for a file that cannot be read. */
function trustOf({ redisUrl, redisCa }: RedisAt): { tls?: { ca: string } } {
  if (redisCa === undefined || !redisUrl.startsWith('rediss:')) return {};
  try {
    return { tls: { ca: readFileSync(redisCa, 'utf8') } };
  } catch (cause) {
    throw new DomainError('config-invalid', `REDIS_CA cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

function redis(at: RedisAt, role: 'producer' | 'worker') {
  return {
    url: at.redisUrl,
    ...trustOf(at),
    // Has to exceed the blocking wait of 5 s.
    socketTimeout: 15_000,
    keepAlive: 10_000,
    // A producer tells its caller at once; a worker waits for Redis to come back.
    ...(role === 'producer' ? { maxRetriesPerRequest: 1, enableOfflineQueue: false } : { maxRetriesPerRequest: null }),
  };
}

/** What Redis answers to a name or a password that it does not take, and to commands that the user may not give. */
const refusals = /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password|ERR Client sent AUTH)/;
const isRefusal = (error: unknown): error is Error => error instanceof Error && refusals.test(error.message);

/** Its place without user and password. */
const redisPlace = (url: string): string => `Redis at ${new URL(url).host}`;

/**
 * One word with Redis before anything is built on it. One that is away is no fault: what needs it waits.
 * @throws DomainError `config-invalid` when it refuses the login, or is not to be trusted: no waiting would help.
 */
async function checkRedis(at: RedisAt): Promise<void> {
  const client = new Redis(at.redisUrl, {
    ...trustOf(at),
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: 20_000,
  });
  let heard: Error | undefined;
  client.on('error', (error: Error) => (heard ??= error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    heard ??= error as Error;
  } finally {
    client.disconnect();
  }
  const untrusted = certificateFault(heard);
  if (untrusted) {
    const advice = 'Name the certificate of its authority by REDIS_CA, and the host as the certificate does';
    throw new DomainError('config-invalid', `${redisPlace(at.redisUrl)}: ${untrusted}. ${advice} (REDIS_URL).`);
  }
  if (isRefusal(heard))
    throw new DomainError(
      'config-invalid',
      `${redisPlace(at.redisUrl)} refuses the login (REDIS_URL): ${heard.message}.`,
    );
}

/**
 * Redis as it counts the requests of a key for all services together. It answers within half a second or not at all: then
 * nothing is counted, and requests go on.
 */
export function openCounter(at: RedisAt, log: Log): Redis {
  const client = new Redis(at.redisUrl, {
    ...trustOf(at),
    connectTimeout: 500,
    commandTimeout: 500,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
  });
  client.on('error', (error: Error) =>
    tellFault({ databaseUrl: '', ...at }, log, 'requests', 'requests are not counted', error),
  );
  return client;
}

const redisOf = ({ redisUrl, redisCa }: QueueSettings): RedisAt | null => (redisUrl ? { redisUrl, redisCa } : null);

/** Brings BullMQ's own schema up to date; on Redis there is only the login to try (as checkRedis). Twenty at once are fine: it takes a lock. */
export async function migrateQueue(settings: QueueSettings): Promise<void> {
  const at = redisOf(settings);
  if (at) return checkRedis(at);
  const connection = new PostgresConnection({ ...postgres(settings, 1), migrate: true });
  try {
    await connection.waitUntilReady();
  } finally {
    await connection.close();
  }
}

const jobDefaults = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 5_000, jitter: 0.3 },
  // Trimming inside the completing transaction deadlocks on PostgreSQL and fails finished jobs: the janitor cleans.
  removeOnComplete: false,
  removeOnFail: false,
};

/** Connections for what all queues of a process ask besides: each asks for milliseconds at a time. */
const askers = 4;

/**
 * On PostgreSQL one pool for all, where BullMQ would make one for each: every worker of a queue holds one connection of it
 * for good, to be woken by. On Redis each has its own, as BullMQ asks. `listeners`: how many queues this process works on.
 */
export function openQueueBackend(settings: QueueSettings, listeners: number) {
  const at = redisOf(settings);
  // By default BullMQ gives a job up after two crashes; ours is counted by the reaper.
  const working = { lockDuration: 60_000, stalledInterval: 15_000, maxStalledCount: 10, drainDelay: 5 };
  if (at) {
    const prefix = settings.redisPrefix ? { prefix: settings.redisPrefix } : {};
    return {
      settings,
      queue: (name: string) =>
        new Queue(name, { connection: redis(at, 'producer'), defaultJobOptions: jobDefaults, ...prefix }),
      worker: (name: string, process: Processor, concurrency: number) =>
        new Worker(name, process, { ...working, connection: redis(at, 'worker'), ...prefix, concurrency }),
      close: async () => {},
    };
  }
  const connection = new pg.Pool({ ...postgres(settings, listeners + askers), options: '-c search_path=bullmq' });
  // Each queue and worker tells its faults.
  connection.setMaxListeners(0);
  return {
    settings,
    queue: (name: string) => new Queue(name, { connection, defaultJobOptions: jobDefaults }, createPostgresBackend),
    worker: (name: string, process: Processor, concurrency: number) =>
      new Worker(name, process, { ...working, connection, concurrency }, createPostgresBackend),
    close: () => connection.end(),
  };
}

/** What the queues and workers of one process are made from; it closes after them. */
export type QueueBackend = ReturnType<typeof openQueueBackend>;

/** Milliseconds in which one fault is told once, however many queues and workers meet it: they try again every second or two. */
const quiet = 60_000;
const saidAt = new Map<string, number>();

/** Tells a fault of the way to the queue. What Redis refuses is named as what it is: jobs wait until it takes the login. */
export function tellFault(settings: QueueSettings, log: Log, queue: string, what: string, error: Error): void {
  const last = saidAt.get(error.message);
  const now = performance.now();
  if (last !== undefined && now - last < quiet) return;
  saidAt.set(error.message, now);
  if (settings.redisUrl && isRefusal(error)) {
    log.error(
      { reason: error.message },
      `${redisPlace(settings.redisUrl)} refuses the login (REDIS_URL): jobs wait until it takes it`,
    );
  } else log.warn({ queue, err: error }, what);
}
