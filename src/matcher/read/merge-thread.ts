/** A thread of merge-texts.ts: the pools of a column in, its distinct texts out. */
import { parentPort } from 'node:worker_threads';
import { ownMemory } from '../threads/memory.ts';
import { mergeTexts } from './merge-texts.ts';
import type { Pool } from './pool.ts';

parentPort?.on('message', (pools: Pool[] | null) => {
  if (pools === null) {
    parentPort?.postMessage(null);
    return;
  }
  const merged = mergeTexts(pools);
  parentPort?.postMessage(merged, ownMemory(merged.idsOf));
});
