/** Codes of a pair into the evidence a reader sees: per field the level and its weight, and what the rarity of the value added. */
import type { MatchResult, Model } from './engine.ts';
import { bitsAgainst, calibrated } from './weigh/odds.ts';
import { linkThreshold } from './weigh/threshold.ts';

export type FieldEvidence = { field: string; level: string; weight: number; rarity?: number };

/** The part of a model that says what a code weighs. */
type Weighing = Pick<Model, 'comparisons' | 'threshold'> & { estimate: Omit<Model['estimate'], 'iterationCount'> };

/** Evidence of one code of one comparison, null where a side is blank. `rarity` is the part of the weight the value's rarity adds. */
function fieldEvidence(model: Weighing, comparison: number, code: number): FieldEvidence | null {
  const { name, slots, levels } = model.comparisons[comparison] ?? { name: '', slots: [], levels: [] };
  const slot = slots[code - 1];
  const weight = model.estimate.weights[comparison]?.[code];
  if (!slot || weight === undefined) return null;
  const chances = model.estimate.levels[comparison]?.[slot.index];
  const round = (bits: number) => Math.round(bits * 100) / 100;
  const found: FieldEvidence = {
    field: name,
    level: `${levels[slot.index]?.label ?? ''}${slot.gate ? `, ${slot.gate.because}` : ''}`,
    weight: round(weight),
  };
  if (slot.rarity !== null && !slot.gate && chances) found.rarity = round(weight - Math.log2(chances.m / chances.u));
  return found;
}

/** Names of the entries beside those of fields: what two of one house share as well, and what copies are known by. */
export const sumFields = ['house', 'copies'] as const;

/**
 * One entry a comparison that is not blank, one that takes off what two of one house would share as well, and one that adds what is
 * known of rows that are equal: with the prior and the threshold they add up to the weight. @param codeOf the code of the pair in each
 * comparison
 */
export function evidenceOf(model: Weighing, codeOf: (at: number) => number): FieldEvidence[] {
  const fields = model.comparisons.flatMap((_, at) => fieldEvidence(model, at, codeOf(at)) ?? []);
  const { shift } = model.threshold;
  const alone = calibrated(model.estimate, { shift }, codeOf);
  const taken = alone - (bitsAgainst(model.estimate, codeOf).stranger - shift);
  const added = calibrated(model.estimate, model.threshold, codeOf) - alone;
  const entry = (field: (typeof sumFields)[number], level: string, bits: number): FieldEvidence[] =>
    Math.abs(bits) < leastShown ? [] : [{ field, level, weight: Math.round(bits * 100) / 100 }];
  return [
    ...fields,
    ...entry('house', 'shared by a house', Math.min(0, taken)),
    ...entry('copies', 'more are equal than chance gives', added),
  ];
}

/** Bits; less than this is not worth a line. */
const leastShown = 0.05;

export type PairDecision = 'link' | 'review' | 'cut' | 'apart';

/**
 * The band of a pair: `cut` has evidence to link, in two clusters.
 * @param review weight from which a reviewer is asked
 */
export function decisionOf(weight: number, review: number, isTogether: boolean): PairDecision {
  if (weight <= review) return 'apart';
  if (weight <= linkThreshold) return 'review';
  return isTogether ? 'link' : 'cut';
}

/** Of a kept pair. */
export function resultDecision({ model, pairs, clusters }: MatchResult, at: number): PairDecision {
  const isTogether = clusters[pairs.left[at] as number] === clusters[pairs.right[at] as number];
  return decisionOf(pairs.score[at] as number, model.threshold.review, isTogether);
}
