/** Work handed to threads piece by piece; each is asked once more at the end for what it gathered. */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** What does the work: on this thread, or a script in threads of its own. */
export type Work<Piece, Done, Gathered> = {
  script: URL;
  workerData: unknown;
  /** As the script does it. */
  alone: () => { work: (piece: Piece) => Done; gathered: () => Gathered };
};

export type Worked<Done, Gathered> = {
  done: Done[];
  /** By piece: who did it. */
  by: number[];
  gathered: Gathered[];
};

/** @param threadCount 0: on this one, which other work of the process then shares */
export async function workOff<Piece, Done, Gathered>(
  pieces: readonly Piece[],
  { script, workerData, alone }: Work<Piece, Done, Gathered>,
  threadCount: number,
): Promise<Worked<Done, Gathered>> {
  const [done, by, gathered]: [Done[], number[], Gathered[]] = [[], [], []];
  if (threadCount === 0) {
    const own = alone();
    for (const [at, piece] of pieces.entries()) {
      [done[at], by[at]] = [own.work(piece), 0];
      // Leases and requests of the process wait meanwhile.
      await setImmediate();
    }
    return { done, by, gathered: [own.gathered()] };
  }
  let next = 0;
  const count = Math.max(1, Math.min(threadCount, pieces.length));
  const threads = Array.from({ length: count }, async (_, number) => {
    const thread = new Worker(script, { workerData });
    try {
      for (let at = next++; at < pieces.length; at = next++) {
        done[at] = (await ask(thread, pieces[at])) as Done;
        by[at] = number;
      }
      gathered[number] = (await ask(thread, null)) as Gathered;
    } finally {
      await thread.terminate();
    }
  });
  await Promise.all(threads);
  return { done, by, gathered };
}

function ask(thread: Worker, request: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    thread.once('message', (answer) => {
      thread.off('error', reject);
      resolve(answer);
    });
    thread.once('error', reject);
    thread.postMessage(request);
  });
}
