/**
 * The evidence of a pair against two other stories: that they are two strangers, and that they are two of one house (a family, the
 * branches of a firm), who share what is the house's. The one that is likelier counts.
 */

import { type Copies, leastBits } from './copies.ts';

export type Weights = {
  /** Share of all pairs that are of one entity. */
  prior: number;
  /** Share of all pairs that are two of one house: they share what is the house's and nothing else. 0: not told apart. */
  house: number;
  /** Per comparison, by code: bits against two strangers, and against two of one house. */
  weights: Float64Array[];
  houseWeights: Float64Array[];
};

/** The prior odds of a pair in bits: against strangers, and against two of one house. */
export function priorBits({ prior, house }: Pick<Weights, 'prior' | 'house'>): { stranger: number; house: number } {
  return {
    stranger: Math.log2(prior / (1 - prior - house)),
    house: house > 0 ? Math.log2(prior / house) : Infinity,
  };
}

/** Bits against two stories, each of which has its odds. */
export function against(stranger: number, house: number): number {
  const [least, most] = stranger < house ? [stranger, house] : [house, stranger];
  return most === Infinity ? least : least - Math.log2(1 + 2 ** (least - most));
}

/**
 * The model's own bits for a pair.
 * @param codeOf its code in each comparison
 * @param without the comparison that is left out
 */
export function bitsOf(model: Weights, codeOf: (at: number) => number, without = -1): number {
  const { stranger, house } = bitsAgainst(model, codeOf, without);
  return against(stranger, house);
}

/**
 * Bits of a pair above where linking starts, in thousandths. A threshold below the model's own even odds was found among strangers: it
 * says the less of two who share a house, the more of them there are. What is held for copies weighs no less than copies do.
 */
export function calibrated(
  model: Weights,
  { shift, copies }: { shift: number; copies?: Copies },
  codeOf: (at: number) => number,
): number {
  const { stranger, house } = bitsAgainst(model, codeOf);
  const few = Math.max(0, 1 - model.house / model.prior);
  const bits = Math.round(against(stranger - shift, house - (shift > 0 ? shift : few * shift)) * 1000) / 1000;
  return copies ? Math.max(bits, leastBits(copies, model.weights.length, codeOf)) : bits;
}

/** Of a pair, against each of the two. */
export function bitsAgainst(
  model: Weights,
  codeOf: (at: number) => number,
  without = -1,
): { stranger: number; house: number } {
  const sum = priorBits(model);
  for (let at = 0; at < model.weights.length; at += 1) {
    if (at === without) continue;
    const code = codeOf(at);
    sum.stranger += model.weights[at]?.[code] ?? 0;
    sum.house += model.houseWeights[at]?.[code] ?? 0;
  }
  return sum;
}
