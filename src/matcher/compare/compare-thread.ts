/** A thread of compare-all.ts: ranges of records in, their compared pairs out; when asked, how often it met each pattern. */
import { parentPort, workerData } from 'node:worker_threads';
import { Comparer, type CompareTask } from './compare.ts';

/** null asks for what was met since it was last asked. */
export type ThreadRequest = { from: number; to: number } | null;

const comparer = new Comparer(workerData as CompareTask);
parentPort?.on('message', (request: ThreadRequest) => {
  if (request === null) {
    parentPort?.postMessage(comparer.tally());
    return;
  }
  const pairs = comparer.compare(request.from, request.to);
  const { left, right, rule, pattern } = pairs;
  parentPort?.postMessage(pairs, [left.buffer, right.buffer, rule.buffer, pattern.buffer] as ArrayBuffer[]);
});
