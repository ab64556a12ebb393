/** A worker process that says so before it begins a part. `argv`: settings, and how long it lingers over each (ms). */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPartWorker } from '../../../bench/parts/part-worker.ts';
import { connect } from '../../../src/db/connect.ts';
import type { QueueSettings } from '../../../src/queue/connection.ts';

/** Short, so that a test of a vanished worker need not wait long. */
export const limits = { concurrency: 1, lockDuration: 2_000, stalledInterval: 500 };

if (import.meta.main) {
  const [settings, linger] = [JSON.parse(process.argv[2] ?? '') as QueueSettings, Number(process.argv[3])];
  const taken = async () => {
    console.log('part');
    await sleep(linger);
  };
  startPartWorker(settings, connect(settings.databaseUrl, { name: 'test part worker' }), { limits, taken });
  console.log('ready');
}
