/** Kinds of queues become BullMQ queues: how jobs are added, counted and cleaned away. */
import { z } from 'zod';
import type { Log } from '../model/ports.ts';
import { type QueueBackend, tellFault } from './connection.ts';

export type QueueKind<Payload = unknown> = {
  /** What a job carries: ids only, since the queue keeps it in clear text. */
  payload: z.ZodType<Payload>;
  /** Jobs that one process works on at once. */
  concurrency: number;
  /** Milliseconds between two jobs that come by themselves; left out: none does. */
  every?: number;
};

export type QueueCounts = { waiting: number; active: number; delayed: number; completed: number; failed: number };
type BullQueue = ReturnType<QueueBackend['queue']>;

export type Queues<Name extends string = string> = {
  of: Record<Name, BullQueue>;
  /** Adds one job; an id that the queue still keeps is ignored. @throws ZodError for an unknown queue or payload. */
  add(job: { queue: string; jobId: string; payload: unknown }): Promise<void>;
  /** Whether a job is before the queue or in hand: false once it has ended, was cleaned away, or the queue lost it. */
  isPending(queue: Name, jobId: string): Promise<boolean>;
  counts(queue: Name): Promise<QueueCounts>;
  /** Drops jobs completed over an hour ago and failed over seven days ago; returns how many. One cleaner at a time. */
  clean(): Promise<number>;
  close(): Promise<void>;
};

/** Opens the producer side of every queue. Connection faults are logged; the next call meets them as errors. */
export function openQueues<Name extends string>(
  backend: QueueBackend,
  kinds: Readonly<Record<Name, QueueKind>>,
  log: Log,
): Queues<Name> {
  const names = Object.keys(kinds) as Name[];
  const queueName = z.enum(names as [Name, ...Name[]]);
  const open = (name: Name) => {
    const queue = backend.queue(name);
    queue.on('error', (error) => tellFault(backend.settings, log, name, 'queue connection', error));
    return queue;
  };
  const of = Object.fromEntries(names.map((name) => [name, open(name)])) as Record<Name, BullQueue>;
  const all = Object.values<BullQueue>(of);
  return {
    of,
    async add({ queue, jobId, payload }) {
      const name = queueName.parse(queue) as Name;
      const ready = of[name];
      await ready.waitUntilReady();
      await ready.add(name, kinds[name].payload.parse(payload), { jobId });
    },
    async isPending(name, jobId) {
      await of[name].waitUntilReady();
      const state = await of[name].getJobState(jobId);
      return state !== 'completed' && state !== 'failed' && state !== 'unknown';
    },
    async counts(name) {
      await of[name].waitUntilReady();
      const counts = await of[name].getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed');
      return { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0, ...counts };
    },
    async clean() {
      let dropped = 0;
      for (const queue of all) {
        dropped += (await queue.clean(60 * 60_000, 1_000, 'completed')).length;
        dropped += (await queue.clean(7 * 24 * 60 * 60_000, 1_000, 'failed')).length;
      }
      return dropped;
    },
    async close() {
      await Promise.all(all.map((queue) => queue.close()));
    },
  };
}
