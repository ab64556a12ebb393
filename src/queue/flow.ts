/** Parts of one step become a BullMQ flow: a job each, and one above them that is taken up when all are done. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, PartJob, PartQueue } from '../model/ports.ts';
import { jobDefaults, newFlowProducer, type QueueSettings } from './connection.ts';
import type { Queues } from './jobs.ts';

/** Milliseconds between two looks at how far the flow is. */
const lookEvery = 100;
/** Milliseconds a queue may be out of reach before the step is given up. */
const patience = 60_000;
/** A part that failed is likely to fail again, and the run behind it is tried again as a whole. */
const options = { ...jobDefaults, attempts: 3, backoff: { type: 'fixed', delay: 1_000 } };

/** Opens its connection with the first flow. */
export function openPartQueue(
  settings: QueueSettings,
  queues: Queues,
  log: Log,
): PartQueue & { close(): Promise<void> } {
  const { part: queue } = queues.of;
  let producer: ReturnType<typeof newFlowProducer> | undefined;
  const open = () => {
    if (producer) return producer;
    producer = newFlowProducer(settings);
    producer.on('error', (error) => log.warn({ queue: 'part', err: error }, 'queue connection'));
    return producer;
  };
  const job = (data: PartJob) => ({
    name: 'part',
    queueName: 'part',
    data,
    opts: { ...options, jobId: `${data.flowId}-${data.part ?? 'close'}` },
  });
  const add = (flowId: string, partCount: number) => {
    const children = Array.from({ length: partCount }, (_, part) => {
      const child = job({ flowId, part, partCount });
      return { ...child, opts: { ...child.opts, failParentOnFailure: true } };
    });
    return open().add({ ...job({ flowId, part: null, partCount }), children });
  };
  return {
    async workerCount() {
      try {
        return await queue.getWorkersCount();
      } catch (error) {
        // Some hosted Redis keep the list of their clients to themselves.
        log.warn({ queue: 'part', err: error }, 'how many workers there are is not known');
        return 1;
      }
    },
    async run(flowId, partCount, signal) {
      const { id = '' } = (await add(flowId, partCount)).job;
      for (let heard = Date.now(); ;) {
        await sleep(lookEvery, undefined, { signal }).catch(() => signal.throwIfAborted());
        try {
          const state = await queue.getJobState(id);
          if (state === 'completed') return;
          if (state === 'failed') break;
          // A wiped Redis forgets the flow; parts done before are there already.
          if (state === 'unknown') await add(flowId, partCount);
          heard = Date.now();
        } catch (error) {
          if (Date.now() > heard + patience) throw error;
        }
      }
      const failed = await queue.getJob(id);
      throw new Error(`A part was given up: ${failed?.failedReason ?? 'unknown reason'}`);
    },
    async close() {
      await producer?.close();
    },
  };
}
