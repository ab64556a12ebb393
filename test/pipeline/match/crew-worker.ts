/** A worker process that takes parts, and says so before it begins one. `argv`: settings, and how long it lingers over each (ms). */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../src/db/connect.ts';
import { silentLog } from '../../../src/model/ports.ts';
import { Crew } from '../../../src/pipeline/match/share/crew.ts';
import type { QueueSettings } from '../../../src/queue/connection.ts';
import { openPartQueue } from '../../../src/queue/flow.ts';
import { openQueues } from '../../../src/queue/jobs.ts';
import { startWorker } from '../../../src/queue/worker.ts';

/** Short, so that a test of a vanished worker need not wait long. */
export const tuning = { concurrency: 1, lockDuration: 2_000, stalledInterval: 500 };

/** @param taken told of every part before it is begun */
export function startPartWorker(settings: QueueSettings, db: ReturnType<typeof connect>, taken: () => Promise<void>) {
  const queues = openQueues(settings, silentLog);
  const partQueue = openPartQueue(settings, queues, silentLog);
  const crew = new Crew(db, partQueue, 1);
  const worker = startWorker(
    settings,
    'part',
    async ({ payload }, signal) => {
      if (payload.part !== null) await taken();
      await crew.doPart(payload, signal);
    },
    silentLog,
    tuning,
  );
  const close = async () => {
    await worker.close(5_000);
    await crew.close();
    await partQueue.close();
    await queues.close();
  };
  return { crew, queues, close };
}

if (import.meta.main) {
  const [settings, linger] = [JSON.parse(process.argv[2] ?? '') as QueueSettings, Number(process.argv[3])];
  const db = connect(settings.databaseUrl, { name: 'test part worker' });
  startPartWorker(settings, db, async () => {
    console.log('part');
    await sleep(linger);
  });
  console.log('ready');
}
