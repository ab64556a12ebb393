/** The texts that readers met of each column into distinct ones, column by column, by threads where there are many. */
import { sketchWidth } from '../compare/sketch.ts';
import { sketchAll, type TextColumn } from '../compare/text-table.ts';
import { letGo, ownMemory, shared } from '../threads/memory.ts';
import { workOff } from '../threads/work-off.ts';
import { Dictionary } from './dictionary.ts';
import { arraysOf, type Pool, unitsOf } from './pool.ts';

/** `idsOf` has each reader's numbers of texts as ids of the distinct ones. */
export type Merged = { texts: TextColumn; idsOf: Int32Array[] };

const textCountOf = (pools: readonly Pool[]): number => pools.reduce((sum, { starts }) => sum + starts.length - 1, 0);
const byteCountOf = (pools: readonly Pool[]): number => pools.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** The texts of all readers, each once. The pools are let go. */
export function mergeTexts(pools: readonly Pool[]): Merged {
  const all = new Dictionary(textCountOf(pools), byteCountOf(pools));
  const idsOf = pools.map(({ bytes, starts }) => {
    const ids = new Int32Array(starts.length - 1);
    for (let id = 0; id < ids.length; id += 1)
      ids[id] = all.addBytes(bytes, starts[id] as number, starts[id + 1] as number);
    letGo(bytes, starts);
    return ids;
  });
  const pool = all.finish();
  const { units, starts } = unitsOf(pool, shared);
  letGo(pool.bytes, pool.starts);
  const sketches = shared(Int32Array, (starts.length - 1) * sketchWidth);
  sketchAll(sketches, units, starts);
  return { texts: { units, starts, sketches, rarity: null }, idsOf };
}

/** @param columns the pools of each; they are let go */
export async function mergeColumns(columns: readonly Pool[][], threadCount: number): Promise<Merged[]> {
  // The largest first, for an even end.
  const order = [...columns.keys()].sort(
    (a, b) => byteCountOf(columns[b] as Pool[]) - byteCountOf(columns[a] as Pool[]),
  );
  const work = {
    script: new URL('./merge-thread.ts', import.meta.url),
    workerData: null,
    alone: () => ({ work: mergeTexts, gathered: () => null }),
    transfer: (pools: Pool[]) => ownMemory(arraysOf(pools)),
  };
  const { done } = await workOff(
    order.map((column) => columns[column] as Pool[]),
    work,
    threadCount,
  );
  const merged: Merged[] = [];
  for (const [at, column] of order.entries()) merged[column] = done[at] as Merged;
  return merged;
}
