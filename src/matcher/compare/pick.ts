/** Compared pairs and the weights of their patterns into the pairs that are wanted, in the order of their places. */
import type { ComparedPairs } from './compare.ts';

export type PickedPairs = ComparedPairs & { score: Float64Array };

export function pickPairs(
  parts: readonly ComparedPairs[],
  weights: Float64Array,
  isWanted: (weight: number, l: number, r: number) => boolean,
): PickedPairs {
  const each = (take: (part: ComparedPairs, at: number, weight: number) => void) => {
    for (const part of parts) {
      const { left, right, pattern } = part;
      for (let at = 0; at < pattern.length; at += 1) {
        const weight = weights[pattern[at] as number] as number;
        if (isWanted(weight, left[at] as number, right[at] as number)) take(part, at, weight);
      }
    }
  };
  let count = 0;
  each(() => (count += 1));
  const picked: PickedPairs = {
    left: new Int32Array(count),
    right: new Int32Array(count),
    rule: new Uint8Array(count),
    pattern: new Int32Array(count),
    score: new Float64Array(count),
  };
  let to = 0;
  each((part, at, weight) => {
    picked.left[to] = part.left[at] as number;
    picked.right[to] = part.right[at] as number;
    picked.rule[to] = part.rule[at] as number;
    picked.pattern[to] = part.pattern[at] as number;
    picked.score[to++] = weight;
  });
  return picked;
}
