/** ENTRY of the workers: parts become one running worker per queue; whoever calls it closes them at SIGTERM. */
import { setTimeout as sleep } from 'node:timers/promises';
import { relayOutbox } from '../src/control/outbox.ts';
import { migrateQueue, openQueueBackend, type QueueSettings, tellFault } from '../src/queue/connection.ts';
import { openQueues } from '../src/queue/queues.ts';
import { beatsOf, ensureBeats } from '../src/queue/schedule.ts';
import { atMost, startWorker } from '../src/queue/worker.ts';
import { backtest } from './backtest.ts';
import { evidence } from './evidence.ts';
import { forget } from './forget.ts';
import { listCheck } from './list-check.ts';
import { notify } from './notify.ts';
import type { Parts } from './parts.ts';
import type { WorkerQueue } from './queue.ts';
import { sync } from './sync.ts';
import { tick, turn } from './tick.ts';

/** Every queue there is, by its name. */
export const kinds = { sync, tick, notify, backtest, evidence, forget, 'list-check': listCheck };

/** Milliseconds that active jobs get to stop at shutdown; orchestrators commonly kill after 30 s. */
const grace = 15_000;
/** Milliseconds that the queue's own connections get to close: while Redis is away they would never be done. */
const closing = 1_000;

/**
 * Starts every worker, and at once one tick, for what happened while nobody ran. The caller keeps the database open until `close` has resolved (at most 20 s).
 */
export async function startWorkers(
  settings: QueueSettings,
  given: Omit<Parts, 'queues'>,
): Promise<{ close(): Promise<void> }> {
  await migrateQueue(settings);
  const backend = openQueueBackend(settings, Object.keys(kinds).length);
  const queues = openQueues(backend, kinds, given.log);
  const parts: Parts = { ...given, queues };
  const beats = beatsOf(kinds);
  const start = <Payload>(name: string, kind: WorkerQueue<Payload>) =>
    startWorker(backend, name, kind, (job, signal) => kind.work(parts, job, signal), parts.log);

  await ensureBeats(queues, beats);
  await turn(parts);
  // A wiped Redis forgets the beats too, and without a tick nothing would bring the runs back.
  const watchdog = setInterval(() => {
    ensureBeats(queues, beats).catch((error: Error) => tellFault(settings, parts.log, 'all', 'beats', error));
  }, 10_000);
  const relay = relayer(parts, (error) => tellFault(settings, parts.log, 'all', 'relay', error));
  const workers = Object.entries(kinds).map(([name, kind]) => start(name, kind as WorkerQueue));
  return {
    async close() {
      clearInterval(watchdog);
      await atMost(closing, relay.stop());
      await Promise.all(workers.map((worker) => worker.close(grace)));
      await atMost(closing, parts.queues.close());
      await atMost(closing, backend.close());
    },
  };
}

/** Milliseconds a new job may lie in the outbox: who presses "sync now" should not wait for the next tick. */
const relayEvery = 500;

function relayer({ control, queues }: Parts, onFault: (error: Error) => void): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const run = async () => {
    while (!stopped.signal.aborted) {
      try {
        await relayOutbox(control, queues.add);
      } catch (error) {
        onFault(error as Error);
      }
      await sleep(relayEvery, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
