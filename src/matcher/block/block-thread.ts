/** A thread of candidates.ts: the keys of a rule in, its blocks out. */
import { parentPort, workerData } from 'node:worker_threads';
import { blocksOf, type BlockTask, type RuleKeys } from './rule-blocks.ts';

/** null: nothing is gathered. */
parentPort?.on('message', (request: RuleKeys | null) => {
  if (request === null) {
    parentPort?.postMessage(null);
    return;
  }
  const found = blocksOf(request, workerData as BlockTask);
  const buffers = found.blocks.flatMap(({ members, starts }) => [members.buffer, starts.buffer]);
  parentPort?.postMessage(found, buffers as ArrayBuffer[]);
});
