/**
 * Pairs of one house: a couple with one mailbox and telephone, the branches of a firm with one website. They share what is the
 * house's, and differ like strangers in what is a person's own. How many there are, and how often they share what, is learnt from
 * the file beside the matches; where a file is too small to show it the beliefs stand.
 */
import type { CodedComparison } from '../compare/pattern.ts';

/** By comparison and code, and in all. */
export type Expected = { matched: Float64Array[]; total: number; housed: Float64Array[]; inHouses: number };

/** Pairs that the belief of how often the house shows a level counts for. */
const levelBelief = 20;
/** Matches that the belief of how many pairs are of one house counts for. */
const shareBelief = 20;
/** Bits that one thing a house shares can tell for or against a match. */
const [least, most] = [-3, 6];

export class Houses {
  private readonly comparisons: readonly CodedComparison[];
  /** Without something of the house's and something of one's own the two cannot be told apart. */
  private readonly isKnown: boolean;

  private readonly believed: number;

  /** @param believed pairs of one house for each match, before anything is seen */
  constructor(comparisons: readonly CodedComparison[], believed: number) {
    this.comparisons = comparisons;
    this.believed = believed;
    this.isKnown = comparisons.some(({ isOfHouse }) => isOfHouse) && comparisons.some(({ isOwn }) => isOwn);
  }

  /** @param levels as matches show them @param weights against strangers, by code */
  learn(
    prior: number,
    expected: Expected | null,
    levels: readonly (readonly { m: number }[])[],
    weights: readonly Float64Array[],
  ): { house: number; houseWeights: Float64Array[] } {
    if (!this.isKnown) return { house: 0, houseWeights: weights.map((byCode) => byCode) };
    const [matches, inHouses] = [expected?.total ?? 0, expected?.inHouses ?? 0];
    const ratio = (inHouses + shareBelief * this.believed) / (matches + shareBelief);
    return {
      house: Math.min(0.3, ratio * prior),
      houseWeights: this.comparisons.map((comparison, at) =>
        comparison.isOfHouse
          ? shared(comparison, levels[at] ?? [], weights[at] as Float64Array, expected?.housed[at] ?? null)
          : (weights[at] as Float64Array),
      ),
    };
  }
}

/** Bits by code of what the house shares, against two of the house. */
function shared(
  { slots, levels }: CodedComparison,
  matching: readonly { m: number }[],
  strangers: Float64Array,
  housed: Float64Array | null,
): Float64Array {
  const seen = new Float64Array(levels.length);
  if (housed)
    for (const [at, { index }] of slots.entries()) seen[index] = (seen[index] as number) + (housed[at + 1] as number);
  const all = seen.reduce((sum, one) => sum + one, 0);
  const weights = new Float64Array(slots.length + 1);
  for (const [at, { index, gate, level }] of slots.entries()) {
    const h = ((seen[index] as number) + levelBelief * (level.house ?? level.m)) / (all + levelBelief);
    const bits = Math.max(least, Math.min(most, Math.log2((matching[index] as { m: number }).m / h)));
    // What is fixed says the same against anybody; where the house shows, it says no more than the house allows.
    weights[at + 1] = level.bits ?? (gate ? Math.min(gate.bits, bits, strangers[at + 1] as number) : bits);
  }
  return weights;
}
