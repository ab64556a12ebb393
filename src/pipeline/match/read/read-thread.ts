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
      met.flatMap(({ texts }) => [texts.bytes.buffer, texts.starts.buffer]) as ArrayBuffer[],
    );
    return;
  }
  const part = reader.read(request);
  const { ids, hashes, others, kept } = part;
  const arrays = [ids.numbers, hashes.numbers, others, ...kept.flatMap(({ bytes, starts }) => [bytes, starts])];
  parentPort?.postMessage(part, arrays.map((one) => one.buffer) as ArrayBuffer[]);
});
