/**
 * The weights of all compared pairs into the one from which pairs are linked: the valley between the hill of the many that
 * differ and the hill of those that match, near where the model itself has even odds. No truth, no setting.
 *
 * A model that takes fields for independent errs by some bits, in either direction: namesakes and colleagues weigh too much,
 * records of many blanks too little. Five things tell: how the weights are spread, what a field says of the pairs that the others
 * weigh (even-odds.ts), how many records have a partner at all, what third records (witness.ts) and reviewers say of a pair.
 */
import type { Copies } from './copies.ts';
import { bitsAgainst, type EvenOdds } from './even-odds.ts';
import type { KnownPairs } from './witness.ts';

/** Weights are calibrated: a pair above 0 bits, even odds, is linked. SQL over `match.pair` says 0. */
export const linkThreshold = 0;

/** Where a pair is linked and where a reviewer is asked, in bits of the model's weight. */
export type Threshold = {
  /** Bits taken off every weight, so that 0 is where linking starts. */
  shift: number;
  /** Pairs between it and 0 are for review. */
  review: number;
  /** What is held for copies weighs no less than this. */
  copies?: Copies;
};

/** From this weight on, threshold taken off, a reviewer is asked. */
export const unsureFrom = -4;

/** What reviewers decided about pairs near even odds, and of those that were linked by their own weight. */
export type LabelledWeights = { unsure: KnownPairs; linked: KnownPairs };

const nothing: KnownPairs = { weights: new Float64Array(0), same: [] };
const noLabels: LabelledWeights = { unsure: nothing, linked: nothing };
const unknownOdds: EvenOdds = { bits: 0, pairCount: 0 };

export type Weighed = { weights: Float64Array; counts: Float64Array };

const [least, most, step] = [-6, 10, 0.25];
/** Width in bits of the bell that smooths the histogram. */
const smoothing = 2;
/** Bits of pair density that one bit away from where the model puts even odds must save. */
const distrust = { below: 0.27, above: 0.25 };
/** As many pairs that show where even odds are count for half of the matter, and for as much more distrust elsewhere. */
const evenDoubt = 50;
/** Pairs per bit that count as none. */
const none = 0.3;
/** How much the witnessed pairs count against the density, and for how many of them at most. */
const witnessWeight = 0.05;
const witnessMost = 30;
/** The same of a pair a reviewer looked at, where it is this many bits or more on the wrong side. */
const labelWeight = 0.3;
const labelReach = 2;
/**
 * Share of the matches the model expects that stay above any threshold: density is lowest where no pair is left, and in files of
 * few columns it climbed there. Two small files decided it, 78 names and 251 with a city; lists of 30 to 300 names only checked it
 * (decision 110).
 */
const leastKept = 0.7;
/** Pairs per bit by which the density must rise again for a hill of matches: a tail that only falls is that of pairs that differ. */
const leastRise = 1;

/**
 * @param patterns weights of the patterns and how many pairs show each
 * @param partnered share of the records the model holds to have a partner
 * @param witnessed pairs of which other records show what they are
 * @param labels pairs of which a reviewer decided it
 * @param even where even odds lie by fields the rest knows nothing of
 * @param alike the least weight of pairs that agree in all they have and that the model itself links: they stay linked
 */
export function findThreshold(
  patterns: Weighed,
  partnered: number,
  witnessed: KnownPairs,
  labels = noLabels,
  even = unknownOdds,
  alike = Infinity,
): Threshold {
  const grid = Array.from({ length: (most - least) / step + 1 }, (_, at) => least + at * step);
  const density = smooth(patterns, grid);
  const trust = even.pairCount / (even.pairCount + evenDoubt);
  const start = (1 - trust) * expectedEven(partnered) + trust * even.bits;
  const first = grid.findIndex((bits) => bits >= start - step / 2);
  const [bottom, rim] = valley(density, first);
  const kept = hasHill(density) ? Math.min(rim, lastKeeping(patterns, grid)) : rim;
  const below = grid.findLastIndex((bits) => bits < alike);
  const high = Math.min(kept, Math.max(0, below));
  const floor = grid.findIndex((bits) => bits >= -lowest(expectedMatches(patterns, -Infinity)));
  const low = Math.min(Math.max(bottom, floor), high);
  const search = (last: number, parted: KnownPairs) => {
    let best = { cost: Infinity, at: low };
    for (let at = low; at <= last; at += 1) {
      const bits = grid[at] as number;
      const away = (1 + trust) * (bits > start ? distrust.above * (bits - start) : distrust.below * (start - bits));
      const surprises =
        witnessWeight * surprise(witnessed, bits) +
        labelWeight * (misplaced(labels.unsure, bits) + surprise(parted, bits));
      const cost = Math.log2((density[at] as number) + none) + away + surprises;
      if (cost < best.cost - 1e-9) best = { cost, at };
    }
    return best.at;
  };
  // Linked pairs come before a reviewer when others speak against them: that they are two is no news, that they are one is.
  const best = grid[search(search(high, nothing), labels.linked)] as number;
  // What the model alone would link is shown to a reviewer.
  return { shift: best, review: Math.min(unsureFrom, -best) };
}

/** To link below the model's own even odds it takes pairs: half a bit for each doubling of the matches it expects. */
const lowest = (expected: number): number => 0.5 * Math.log2(1 + expected);

/**
 * Where nearly every record has a partner, the best candidate of one that has none yet deserves better odds than any pair
 * of records does: those of having a partner.
 */
function expectedEven(partnered: number): number {
  const bits = Math.log2(Math.max(partnered, 1e-6) / Math.max(1 - partnered, 1e-6));
  return -Math.min(2, Math.max(0, bits));
}

/** Pairs per bit around each point of the grid. */
function smooth({ weights, counts }: Weighed, grid: number[]): Float64Array {
  const density = new Float64Array(grid.length);
  for (const [p, weight] of weights.entries()) {
    if (weight < least - 4 * smoothing || weight > most + 4 * smoothing) continue;
    for (const [at, bits] of grid.entries()) {
      const away = (weight - bits) / smoothing;
      density[at] = (density[at] as number) + (counts[p] as number) * Math.exp(-0.5 * away * away);
    }
  }
  return density.map((sum) => sum / (smoothing * Math.sqrt(2 * Math.PI)));
}

/** The stretch around `first` that can be reached without climbing a hill. */
function valley(density: Float64Array, first: number): [low: number, high: number] {
  const rim = (density[first] as number) + 1;
  let [low, high] = [first, first];
  while (low > 0 && (density[low - 1] as number) <= rim) low -= 1;
  while (high < density.length - 1 && (density[high + 1] as number) <= rim) high += 1;
  return [low, high];
}

/** The last place of the grid above which enough of the expected matches remain. */
function lastKeeping(patterns: Weighed, grid: readonly number[]): number {
  const enough = leastKept * expectedMatches(patterns, -Infinity);
  return Math.max(
    0,
    grid.findLastIndex((bits) => expectedMatches(patterns, bits) >= enough),
  );
}

/** Whether the density rises again anywhere, from the pairs that differ to those that match. */
function hasHill(density: Float64Array): boolean {
  let lowest = Infinity;
  return density.some((here) => {
    lowest = Math.min(lowest, here);
    return here - lowest >= leastRise;
  });
}

/** How many of the pairs above a weight match, by the model's own odds. */
export function expectedMatches({ weights, counts }: Weighed, above: number): number {
  let sum = 0;
  for (const [p, weight] of weights.entries()) if (weight > above) sum += (counts[p] as number) / (1 + 2 ** -weight);
  return sum;
}

/** How badly a threshold fits what the known pairs are, in bits. */
function surprise({ weights, same }: KnownPairs, bits: number): number {
  let sum = 0;
  for (const [at, weight] of weights.entries()) sum += bitsAgainst(same[at] ? bits - weight : weight - bits);
  return sum * Math.min(1, witnessMost / Math.max(1, weights.length));
}

/**
 * Labels on the wrong side, each counted 0..1. Those on the right side say nothing: they come from just below the threshold
 * that was, and that a pair there is two does not tell that pairs above it are. No one of them counts for more than one, as people err.
 */
function misplaced({ weights, same }: KnownPairs, bits: number): number {
  let sum = 0;
  for (const [at, weight] of weights.entries())
    sum += Math.min(1, Math.max(0, (same[at] ? bits - weight : weight - bits) / labelReach));
  return sum * Math.min(1, witnessMost / Math.max(1, weights.length));
}
