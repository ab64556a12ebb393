/** Scored pairs into those of which third records tell what they are: both surely the witness's, or only one of them. */
import type { ScoredPairs } from '../cluster/agglomerate.ts';

/** Weights of pairs that are known, and whether each is of one entity. */
export type KnownPairs = { weights: Float64Array; same: boolean[] };

/** Above it a pair is sure enough to be a witness, as far below 0 it is sure not to be one. */
export const sure = 8;
/** Pairs looked at, evenly spread over the file: enough to tell a shift. */
const most = 50_000;

/**
 * x and y are known to be one when a record surely x's is surely y's as well, and to be two when it
 * surely is not y's.
 * @param pairs by left, then right; those above -sure at least
 */
export function witnessedPairs(recordCount: number, { left, right, score }: ScoredPairs): KnownPairs {
  const { starts, others } = sureNeighbours(recordCount, { left, right, score });
  const firstOf = new Int32Array(recordCount + 1);
  for (const record of left) firstOf[record + 1] = (firstOf[record + 1] as number) + 1;
  for (let at = 0; at < recordCount; at += 1) firstOf[at + 1] = (firstOf[at + 1] as number) + (firstOf[at] as number);
  const weightOf = (a: number, b: number): number => {
    const [l, r] = a < b ? [a, b] : [b, a];
    let [low, high] = [firstOf[l] as number, (firstOf[l + 1] as number) - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = right[middle] as number;
      if (found === r) return score[middle] as number;
      if (found < r) low = middle + 1;
      else high = middle - 1;
    }
    return -Infinity;
  };
  const [weights, same]: [number[], boolean[]] = [[], []];
  const stride = Math.max(1, Math.floor(left.length / most));
  for (let at = 0; at < left.length; at += stride) {
    if ((score[at] as number) > sure) continue;
    const sides = [left[at] as number, right[at] as number] as const;
    let [ones, twos] = [0, 0];
    for (const [side, x] of sides.entries()) {
      const y = sides[1 - side] as number;
      for (let place = starts[x] as number; place < (starts[x + 1] as number); place += 1) {
        const bits = weightOf(others[place] as number, y);
        if (bits > sure) ones += 1;
        else if (bits < -sure) twos += 1;
      }
    }
    // Witnesses that contradict each other are none.
    if (ones > 0 === twos > 0) continue;
    weights.push(score[at] as number);
    same.push(ones > 0);
  }
  return { weights: Float64Array.from(weights), same };
}

/** By record, those it is surely one with: `others` from `starts[record]` to `starts[record + 1]`. */
function sureNeighbours(recordCount: number, { left, right, score }: ScoredPairs) {
  const starts = new Int32Array(recordCount + 1);
  const each = (take: (from: number, to: number) => void) => {
    for (let at = 0; at < left.length; at += 1) {
      if ((score[at] as number) <= sure) continue;
      take(left[at] as number, right[at] as number);
      take(right[at] as number, left[at] as number);
    }
  };
  each((from) => {
    starts[from + 1] = (starts[from + 1] as number) + 1;
  });
  for (let at = 0; at < recordCount; at += 1) starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number);
  const others = new Int32Array(starts[recordCount] as number);
  const free = starts.slice();
  each((from, to) => {
    const place = free[from] as number;
    others[place] = to;
    free[from] = place + 1;
  });
  return { starts, others };
}

/**
 * Share of the records that are held to have a partner, by the heaviest of their pairs.
 * @param comparedCount how many of them were compared
 */
export function partneredShare(
  recordCount: number,
  { left, right, score }: ScoredPairs,
  comparedCount = recordCount,
): number {
  const top = new Float64Array(recordCount).fill(-Infinity);
  for (const [at, bits] of score.entries()) {
    for (const record of [left[at] as number, right[at] as number]) top[record] = Math.max(top[record] as number, bits);
  }
  return top.reduce((sum, bits) => sum + 1 / (1 + 2 ** -bits), 0) / Math.max(1, comparedCount);
}
