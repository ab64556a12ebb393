/** A function becomes the worker of one queue: payload checked, faults sorted into try again and give up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UnrecoverableError } from 'bullmq';
import { DomainError } from '../model/errors.ts';
import type { Log } from '../model/ports.ts';
import { type QueueBackend, tellFault } from './connection.ts';
import type { QueueKind } from './queues.ts';

/** `isLastAttempt`: if this one throws, the queue gives the job up. */
export type Job<Payload> = { id: string; payload: Payload; isLastAttempt: boolean };
export type Process<Payload> = (job: Job<Payload>, signal: AbortSignal) => Promise<void>;
export type RunningWorker = {
  /** Takes no new job, aborts the signal of the active ones, and waits for them for at most `grace` ms. */
  close(grace: number): Promise<void>;
};

/** Milliseconds BullMQ gets for what it says to the queue when it closes; one that is away it would wait for without end. */
const closing = 1_000;

/** Waits for a close, but no longer than this, and whether or not it succeeds: what is left of it ends with the process. */
export async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([work.catch(() => {}), sleep(milliseconds, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
}

/** Starts at once. A DomainError whose kind says `never` is not tried again; every failure is logged here, once. */
export function startWorker<Payload>(
  backend: QueueBackend,
  name: string,
  kind: QueueKind<Payload>,
  process: Process<Payload>,
  log: Log,
): RunningWorker {
  const stop = new AbortController();
  const active = new Set<Promise<void>>();
  const worker = backend.worker(
    name,
    async (job) => {
      const payload = kind.payload.parse(job.data);
      const isLastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      const work = process({ id: job.id ?? '', payload, isLastAttempt }, stop.signal);
      active.add(work);
      try {
        await work;
      } catch (error) {
        const isFinal = error instanceof DomainError && error.kind.retry === 'never';
        throw isFinal ? Object.assign(new UnrecoverableError(error.message), { cause: error }) : error;
      } finally {
        active.delete(work);
      }
    },
    kind.concurrency,
  );
  worker.on('error', (error) => tellFault(backend.settings, log, name, 'worker connection', error));
  worker.on('failed', (job, error) => log.error({ queue: name, jobId: job?.id, err: error }, 'job failed'));
  return {
    async close(grace) {
      stop.abort(new DomainError('not-ready', 'The worker is shutting down.'));
      await atMost(closing, worker.pause(true));
      const deadline = new AbortController();
      const late = sleep(grace, true, { signal: deadline.signal }).catch(() => true);
      const isLate = await Promise.race([Promise.allSettled(active).then(() => false), late]);
      deadline.abort();
      // BullMQ's close() has no deadline and cannot be forced once begun. A job still active then is taken over by
      // another worker once its lock has run out.
      await atMost(closing, worker.close(isLate));
    },
  };
}
