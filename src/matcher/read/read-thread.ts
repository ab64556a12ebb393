/** A thread of read-records.ts: parts of the file in, their records out; when asked, the texts it gathered, by column. */
import { parentPort, workerData } from 'node:worker_threads';
import { ownMemory } from '../threads/memory.ts';
import { arraysOf } from './pool.ts';
import { PartReader, type PartRequest, type ReadTask } from './read-part.ts';

const reader = new PartReader(workerData as ReadTask);
/** null asks for the texts. */
parentPort?.on('message', (request: PartRequest | null) => {
  if (request === null) {
    const gathered = reader.gathered();
    parentPort?.postMessage(gathered, ownMemory(arraysOf(gathered.map(({ texts }) => texts))));
    return;
  }
  const part = reader.read(request);
  const { ids, hashes, others, kept } = part;
  parentPort?.postMessage(part, ownMemory([ids.numbers, hashes.numbers, others, ...arraysOf(kept)]));
});
