/** A thread of compare-all.ts: ranges of records in, their compared pairs out; at the end the patterns it met. */
import { parentPort, workerData } from 'node:worker_threads';
import { Comparer, type CompareTask } from './compare.ts';

/** null asks for what was met in all. */
export type ThreadRequest = { from: number; to: number } | null;

const comparer = new Comparer(workerData as CompareTask);
parentPort?.on('message', (request: ThreadRequest) => {
  if (request === null) {
    const { codes, counts, size, width } = comparer.patterns;
    parentPort?.postMessage({ codes, counts, size, width, ruleCounts: comparer.walk.ruleCounts });
    return;
  }
  const pairs = comparer.compare(request.from, request.to);
  const { left, right, rule, pattern } = pairs;
  parentPort?.postMessage(pairs, [left.buffer, right.buffer, rule.buffer, pattern.buffer] as ArrayBuffer[]);
});
