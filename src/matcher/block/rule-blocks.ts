/** The keys of one rule into its blocks worth comparing, within a budget of pairs. */
import { letGo } from '../threads/memory.ts';
import type { Caps } from './blocked.ts';
import { group, pairsIn, refine, upTo, type Grouped, type Keys, type Refinements } from './blocks.ts';

/** What a thread must know of all records. */
export type BlockTask = { refinements: Refinements };
/** Keys of a rule, and the pairs that it may yield. */
export type RuleKeys = Keys & { most: number };
export type RuleBlocks = {
  caps: Caps;
  /** Those compared whole, then by refinement those that larger ones are split into. */
  blocks: Grouped[];
  cappedKeyCount: number;
  /** Pairs within capped keys that no refinement brought together. */
  notComparedPairCount: number;
};

/** Block sizes tried as cap, largest first: the first that keeps the rule within its budget of pairs is taken. */
const capSizes = [300, 150, 80, 50, 30, 20, 12, 8, 5];
/** Of a rule that has no keys. */
export const largestCap = capSizes[0] as number;

/** Lets go of the keys. */
export function blocksOf({ most, ...keys }: RuleKeys, { refinements }: BlockTask): RuleBlocks {
  const grouped = group(keys);
  letGo(keys.places, keys.keys);
  const cap = capFor([grouped], most);
  const blocks = [upTo(cap, grouped)];
  const large = pairsOfBlocks(grouped, cap + 1, Infinity);
  let [left, fineCap] = [large.pairCount, cap];
  if (large.blockCount > 0) {
    const fine = refine(grouped, cap, refinements);
    fineCap = capFor(fine, most);
    for (const one of fine) {
      blocks.push(upTo(fineCap, one));
      left -= pairsOfBlocks(one, 2, fineCap).pairCount;
      letGo(one.members, one.starts);
    }
  }
  letGo(grouped.members, grouped.starts);
  return {
    caps: { cap, fineCap },
    blocks,
    cappedKeyCount: large.blockCount,
    notComparedPairCount: Math.max(0, left),
  };
}

/** Of the blocks of `least` to `most` records. */
function pairsOfBlocks({ starts }: Grouped, least: number, most: number): { blockCount: number; pairCount: number } {
  let [blockCount, pairCount] = [0, 0];
  for (let block = 1; block < starts.length; block += 1) {
    const size = (starts[block] as number) - (starts[block - 1] as number);
    if (size < least || size > most) continue;
    blockCount += 1;
    pairCount += pairsIn(size);
  }
  return { blockCount, pairCount };
}

/** The largest cap whose blocks hold no more pairs than the budget. */
function capFor(groups: readonly Grouped[], most: number): number {
  const counts = new Float64Array(largestCap + 1);
  for (const { starts } of groups) {
    for (let block = 1; block < starts.length; block += 1) {
      const size = (starts[block] as number) - (starts[block - 1] as number);
      if (size < counts.length) counts[size] = (counts[size] as number) + 1;
    }
  }
  for (const cap of capSizes) {
    let pairs = 0;
    for (let size = 2; size <= cap; size += 1) pairs += (counts[size] as number) * pairsIn(size);
    if (pairs <= most) return cap;
  }
  return capSizes.at(-1) as number;
}
