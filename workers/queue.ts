/** One queue of the service: what its jobs carry, how often they come, and what is done with one. */
import type { QueueKind } from '../src/queue/queues.ts';
import type { Job } from '../src/queue/worker.ts';
import type { Parts } from './parts.ts';

export type WorkerQueue<Payload = unknown> = QueueKind<Payload> & {
  /** @param shutdown aborted when the process ends: the job has a few seconds to hand its work back */
  work(parts: Parts, job: Job<Payload>, shutdown: AbortSignal): Promise<void>;
};

/** Types what is done with a job by what it carries. */
export function defineQueue<Payload>(queue: WorkerQueue<Payload>): WorkerQueue<Payload> {
  return queue;
}
