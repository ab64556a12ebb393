/**
 * Where even odds lie by what the model had no part in: of the pairs that have one weight without their telephone, birth date
 * or number, how many agree on it tells how many are of one entity. The model takes fields for independent; here a field is
 * held against all the others together, so families, namesakes and offices that share a street show for what they are.
 */
import type { CodedComparison, PatternCounts } from '../compare/pattern.ts';
import type { Estimate } from './estimate.ts';
import { against, bitsAgainst as oddsOf } from './odds.ts';

/** In bits of the model's weight; `pairCount` are the pairs near it that it rests on. */
export type EvenOdds = { bits: number; pairCount: number };

/** Bits without the field: those looked at, in steps. */
const [least, most, step] = [-8, 14, 0.5];
const binCount = (most - least) / step + 1;
/** Pairs from this weight on, up to `most`, are taken for matches: how often those agree on the field is how often matches do. */
const matchesFrom = 4;
/** Matches that the model's own chance of a level counts for beside them. */
const belief = 40;
/** A bit of weight is taken for this much: the model is too sure of itself. */
const sureness = 0.7;
/** Bits to either side in which a pair tells where even odds are. */
const near = 4;
const rounds = 50;

type Bin = { weight: number; count: number; matches: number };

export function evenOdds(patterns: PatternCounts, model: Estimate, comparisons: readonly CodedComparison[]): EvenOdds {
  const bins = Array.from({ length: binCount }, (_, at): Bin => ({ weight: least + at * step, count: 0, matches: 0 }));
  for (const [at, comparison] of comparisons.entries()) {
    if (!comparison.isWitness) continue;
    const seen = countLevels(comparison, patterns.codes[at] as Uint8Array, patterns.counts, (p) =>
      withoutField(model, patterns, at, p),
    );
    const ratios = ratiosOf(seen, model.levels[at] ?? []);
    for (const [bin, here] of seen.entries()) addTo(bins[bin] as Bin, here, ratios);
  }
  const bits = fit(bins);
  const pairCount = bins.reduce((sum, { weight, count }) => sum + (Math.abs(weight - bits) <= near ? count : 0), 0);
  return { bits, pairCount };
}

/** Bits of a pattern without the field. Of two of one house what the house shares tells nothing: they are left out, as NaN. */
function withoutField(model: Estimate, { codes }: PatternCounts, at: number, p: number): number {
  const { stranger, house } = oddsOf(model, (other) => (codes[other] as Uint8Array)[p] as number, at);
  return house < stranger && model.houseWeights[at] !== model.weights[at] ? NaN : against(stranger, house);
}

/** By weight without the field: pairs by level of the field. */
function countLevels(
  { slots, levels }: CodedComparison,
  codes: Uint8Array,
  counts: Float64Array,
  without: (p: number) => number,
): Float64Array[] {
  const seen = Array.from({ length: binCount }, () => new Float64Array(levels.length));
  for (const [p, count] of counts.entries()) {
    const code = codes[p] as number;
    const slot = slots[code - 1];
    // What is shut says nothing of the pair.
    if (!slot || slot.gate) continue;
    const bin = seen[Math.round((without(p) - least) / step)];
    if (bin) bin[slot.index] = (bin[slot.index] as number) + count;
  }
  return seen;
}

/** By level: how many times likelier matches show it than others. */
function ratiosOf(seen: readonly Float64Array[], levels: readonly { m: number; u: number }[]): number[] {
  const total = (of: 'm' | 'u') => levels.reduce((sum, one) => sum + one[of], 0);
  const [m, u] = [total('m'), total('u')];
  const high = seen.slice((matchesFrom - least) / step);
  const matches = levels.map((_, index) => high.reduce((sum, bin) => sum + (bin[index] as number), 0));
  const all = matches.reduce((sum, one) => sum + one, 0);
  return levels.map((one, index) => ((matches[index] as number) + (belief * one.m) / m) / (all + belief) / (one.u / u));
}

/** Adds the pairs, and as many matches as explain their levels best. */
function addTo(bin: Bin, seen: Float64Array, ratios: readonly number[]): void {
  const count = seen.reduce((sum, one) => sum + one, 0);
  if (count === 0) return;
  let share = 0.5;
  for (let round = 0; round < rounds; round += 1) {
    let sum = 0;
    for (const [index, ratio] of ratios.entries())
      sum += ((seen[index] as number) * share * ratio) / (share * ratio + 1 - share);
    share = Math.min(0.999, Math.max(0.001, sum / count));
  }
  bin.count += count;
  bin.matches += count * share;
}

/** What a pair tells against a place of even odds, where it is so many bits on the wrong side of it; in bits. */
export const bitsAgainst = (away: number): number => Math.log2(1 + 2 ** (away * sureness));

/** The place of even odds that surprises least. */
function fit(bins: readonly Bin[]): number {
  let best = { cost: Infinity, bits: 0 };
  for (let bits = -6; bits <= 10; bits += 0.25) {
    let cost = 0;
    for (const { weight, count, matches } of bins) {
      const away = bits - weight;
      cost += matches * bitsAgainst(away) + (count - matches) * bitsAgainst(-away);
    }
    if (cost < best.cost) best = { cost, bits };
  }
  return best.bits;
}
