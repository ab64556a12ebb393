/** A database URL, or a Redis URL when there is one, becomes BullMQ queues and workers on that backend. */
import { createPostgresBackend, PostgresConnection, type Processor, Queue, Worker } from 'bullmq';
import { processMark } from '../model/process-mark.ts';

export type QueueSettings = {
  databaseUrl: string;
  /** Unset: the queue lives in PostgreSQL. */
  redisUrl?: string | undefined;
  /** Apart on a Redis shared with others. */
  redisPrefix?: string | undefined;
};

/** BullMQ builds its own pool from this: a pool of ours would be starved, since each worker pins one client for good. */
function postgres(settings: QueueSettings, maxConnections: number) {
  const url = new URL(settings.databaseUrl);
  // It would override the search path that BullMQ sets.
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

function redis(url: string, role: 'producer' | 'worker') {
  return {
    url,
    // Has to exceed the blocking wait of 5 s.
    socketTimeout: 15_000,
    keepAlive: 10_000,
    // A producer tells its caller at once; a worker waits for Redis to come back.
    ...(role === 'producer' ? { maxRetriesPerRequest: 1, enableOfflineQueue: false } : { maxRetriesPerRequest: null }),
  };
}

const prefixOf = ({ redisPrefix }: QueueSettings) => (redisPrefix ? { prefix: redisPrefix } : {});

/** Brings BullMQ's own schema up to date; nothing to do on Redis. Twenty at once are fine: it takes a lock. */
export async function migrateQueue(settings: QueueSettings): Promise<void> {
  if (settings.redisUrl) return;
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

export function newQueue(settings: QueueSettings, name: string) {
  return settings.redisUrl
    ? new Queue(name, {
        connection: redis(settings.redisUrl, 'producer'),
        defaultJobOptions: jobDefaults,
        ...prefixOf(settings),
      })
    : new Queue(name, { connection: postgres(settings, 3), defaultJobOptions: jobDefaults }, createPostgresBackend);
}

export function newWorker(settings: QueueSettings, name: string, process: Processor, concurrency: number) {
  // By default BullMQ gives a job up after two crashes; ours is counted by the reaper.
  const options = { lockDuration: 60_000, stalledInterval: 15_000, maxStalledCount: 10, drainDelay: 5, concurrency };
  return settings.redisUrl
    ? new Worker(name, process, {
        ...options,
        connection: redis(settings.redisUrl, 'worker'),
        ...prefixOf(settings),
      })
    : new Worker(name, process, { ...options, connection: postgres(settings, concurrency + 2) }, createPostgresBackend);
}
