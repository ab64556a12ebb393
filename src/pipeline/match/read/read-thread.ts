/** A thread of read-records.ts: parts of the file in, their records out; when asked, the texts it met, by column. */
import { parentPort, workerData } from 'node:worker_threads';
import { PartReader, type PartRequest, type ReadTask } from './read-part.ts';

const reader = new PartReader(workerData as ReadTask);
/** null asks for the texts. */
parentPort?.on('message', (request: PartRequest | null) => {
  if (request === null) {
    const met = reader.met();
    parentPort?.postMessage(
      met,
      met.flatMap(({ texts }) => [texts.units.buffer, texts.starts.buffer]) as ArrayBuffer[],
    );
    return;
  }
  const part = reader.read(request);
  const { cells, keys, others, kept } = part;
  const arrays = [cells, keys, others, ...kept.flatMap(({ units, starts }) => [units, starts])];
  parentPort?.postMessage(part, arrays.map((one) => one.buffer) as ArrayBuffer[]);
});
