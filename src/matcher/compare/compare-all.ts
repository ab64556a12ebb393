/** All pairs of the blocks compared, by threads where there are many; the answer does not show how many threads there were. */
import { availableParallelism } from 'node:os';
import { Comparer, type ComparedPairs, type CompareTask, type PatternTally } from './compare.ts';
import { inOrder, PatternTable } from './pattern.ts';
import { workOff } from '../threads/work-off.ts';

export type Compared = {
  /** In the order of the left places. */
  parts: ComparedPairs[];
  pairCount: number;
  codes: Uint8Array[];
  counts: Float64Array;
  /** By rule: pairs it yields, whether or not another did before. */
  ruleCounts: Float64Array;
};

/** Left places. */
type Range = { from: number; to: number };

/** Records a thread is given at a time: small enough for an even end, large enough that messages cost nothing. */
const rangeSize = 4096;
/** With fewer pairs starting threads takes longer than they save. */
const threadsFrom = 200_000;

/** @param threadCount 0: on this one */
export async function compareAll(
  task: CompareTask,
  threadCount = task.blocks.pairCount < threadsFrom ? 0 : availableParallelism(),
): Promise<Compared> {
  const ranges = Array.from({ length: Math.ceil(task.recordCount / rangeSize) }, (_, at) => ({
    from: at * rangeSize,
    to: Math.min(task.recordCount, (at + 1) * rangeSize),
  }));
  const work = {
    script: new URL('./compare-thread.ts', import.meta.url),
    workerData: task,
    alone: () => {
      const comparer = new Comparer(task);
      return {
        work: ({ from, to }: Range): ComparedPairs => comparer.compare(from, to),
        gathered: () => comparer.tally(),
      };
    },
  };
  const { done, by, gathered } = await workOff(ranges, work, threadCount);
  return merge(done, by, gathered);
}

/** Numbers the patterns of all threads alike, by their codes. */
function merge(parts: ComparedPairs[], by: number[], tallies: PatternTally[]): Compared {
  const all = new PatternTable(tallies[0]?.width ?? 0);
  const numbers = tallies.map(({ codes, counts, size, width }) =>
    Int32Array.from({ length: size }, (_, at) => all.add(codes, at * width, counts[at])),
  );
  const { codes, counts, numberOf } = inOrder(all);
  const ruleCounts = new Float64Array(256);
  for (const one of tallies) for (const [rule, count] of one.ruleCounts.entries()) ruleCounts[rule]! += count;
  let pairCount = 0;
  for (const [at, { pattern }] of parts.entries()) {
    const own = numbers[by[at] as number] as Int32Array;
    for (let index = 0; index < pattern.length; index += 1)
      pattern[index] = numberOf[own[pattern[index] as number] as number] as number;
    pairCount += pattern.length;
  }
  return { parts, pairCount, codes, counts, ruleCounts };
}
