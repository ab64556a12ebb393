/** Work handed out piece by piece, to this thread or to several: pieces in, what was made of them out, in their order. */
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** What does the work: on this thread, or a script in threads of its own. Both forget what they gathered once it was asked for. */
export type Work<Piece, Done, Gathered> = {
  script: URL;
  workerData: unknown;
  /** As the script does it. */
  alone: () => { work: (piece: Piece) => Done; gathered: () => Gathered };
  /** Memory of a piece that goes to the thread, instead of a copy. */
  transfer?: (piece: Piece) => ArrayBuffer[];
};

export type Worked<Done, Gathered> = {
  done: Done[];
  /** By piece: whose of `gathered` it belongs to. */
  by: number[];
  gathered: Gathered[];
};

/**
 * @param pieces may come while others are worked off
 * @param threadCount 0: on this one, which other work of the process then shares
 */
export async function workOff<Piece, Done, Gathered>(
  pieces: readonly Piece[] | AsyncIterable<Piece>,
  { script, workerData, alone, transfer }: Work<Piece, Done, Gathered>,
  threadCount: number,
): Promise<Worked<Done, Gathered>> {
  const [done, by, gathered]: [Done[], number[], Gathered[]] = [[], [], []];
  const coming = oneByOne(pieces);
  if (threadCount === 0) {
    const own = alone();
    for await (const [at, piece] of coming) {
      [done[at], by[at]] = [own.work(piece), 0];
      // Leases and requests of the process wait meanwhile.
      await setImmediate();
    }
    return { done, by, gathered: [own.gathered()] };
  }
  const count = Array.isArray(pieces) ? Math.max(1, Math.min(threadCount, pieces.length)) : threadCount;
  const env = compiledCode();
  const threads = Array.from({ length: count }, async (_, number) => {
    const thread = new Thread(script, workerData, env);
    try {
      for (let next = await coming.next(); !next.done; next = await coming.next()) {
        const [at, piece] = next.value;
        done[at] = (await thread.ask(piece, transfer?.(piece))) as Done;
        by[at] = number;
      }
      gathered[number] = (await thread.ask(null)) as Gathered;
    } finally {
      await thread.end();
    }
  });
  await Promise.all(threads);
  return { done, by, gathered };
}

/**
 * The environment of a thread: where this process keeps its compiled code (assay.mjs), which a thread compiles anew otherwise. It
 * starts with 120 instead of 250 ms of work.
 */
function compiledCode(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  if (folder === undefined) return {};
  flushCompileCache();
  // It lies in a folder of this version of Node, which the thread finds by itself.
  return { NODE_COMPILE_CACHE: dirname(folder) };
}

/** With their numbers; whoever asks is served in turn. */
async function* oneByOne<Piece>(
  pieces: readonly Piece[] | AsyncIterable<Piece>,
): AsyncGenerator<[number, Piece], void> {
  let at = 0;
  for await (const piece of pieces) yield [at++, piece];
}

/** One thread of a script; it is asked one thing at a time, and by null for what it gathered. */
class Thread {
  private readonly thread: Worker;
  private isEnded = false;

  constructor(script: URL, workerData: unknown, env: NodeJS.ProcessEnv) {
    this.thread = new Worker(script, { workerData, env });
    // While nothing is asked nobody listens; who asks next hears of it.
    this.thread.on('error', () => {});
    this.thread.on('exit', () => (this.isEnded = true));
  }

  /** @throws what the thread threw, or that it was ended */
  async ask(request: unknown, transfer: ArrayBuffer[] = []): Promise<unknown> {
    const { thread } = this;
    const heard = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        const on = (event: string, then: (what: unknown) => void) => {
          thread.on(event, then);
          heard.signal.addEventListener('abort', () => thread.off(event, then));
        };
        on('message', resolve);
        on('error', reject);
        on('exit', () => reject(new Error('The thread was ended.')));
        if (this.isEnded) reject(new Error('The thread was ended.'));
        thread.postMessage(request, transfer);
      });
    } finally {
      heard.abort();
    }
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }
}
