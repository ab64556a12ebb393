/** Pairs that agree in all that both sides fill: those that are not linked, and those for review. */
import type { Compared } from '../compare/compare-all.ts';
import type { CodedComparison } from '../compare/pattern.ts';
import { linkThreshold } from './threshold.ts';

/** Whether each comparison that both sides of a pattern fill says "same". @param also keys of levels that say it as well */
function alikeIn(
  comparisons: readonly CodedComparison[],
  { codes }: Compared,
  also: readonly string[] = [],
): (p: number) => boolean {
  return (p) => {
    const keys = comparisons.map(({ slots }, at) => slots[(codes[at]?.[p] ?? 0) - 1]?.level.key);
    return keys.includes('same') && keys.every((key) => key === undefined || key === 'same' || also.includes(key));
  };
}

/** Levels of a place that is the same as far as it is known. */
const samePlaces = ['sameCityAlone', 'samePostalCodeAlone', 'sameStreetAndPlace', 'sameCompanyAndStreet'];

/** Pairs that are not linked though they agree in all that both sides fill. */
export function countAlike(comparisons: readonly CodedComparison[], compared: Compared, weights: Float64Array): number {
  const isAlike = alikeIn(comparisons, compared, samePlaces);
  return weights.reduce(
    (sum, weight, p) => (weight <= linkThreshold && isAlike(p) ? sum + (compared.counts[p] ?? 0) : sum),
    0,
  );
}

/** In a list of names a reviewer is asked about pairs that agree in all, as far as these are no more for each record. */
export const mostAsked = 0.5;

/** The weight from which on such pairs are for review. */
export function askingAlike(
  comparisons: readonly CodedComparison[],
  compared: Compared,
  weights: Float64Array,
  review: number,
  most: number,
): number {
  const isAlike = alikeIn(comparisons, compared);
  const below = [...weights.keys()].filter((p) => (weights[p] as number) <= linkThreshold);
  below.sort((a, b) => (weights[b] as number) - (weights[a] as number));
  let [asked, from] = [0, review];
  for (const p of below) {
    asked += compared.counts[p] as number;
    if (asked > most) break;
    // As far as the weight itself counts as above.
    if (isAlike(p)) from = Math.min(from, (weights[p] as number) - 0.001);
  }
  return from;
}

/** So many pairs that agree in all are no accident. */
const leastCopies = 3;

/** The least weight of such pairs that the model itself links, of what is no name nothing blank; Infinity where there are few. */
export function leastAlike(
  comparisons: readonly CodedComparison[],
  compared: Compared,
  modelled: Float64Array,
): number {
  const agrees = alikeIn(comparisons, compared);
  const isAlike = (p: number) =>
    agrees(p) && comparisons.every(({ isName }, at) => isName === true || compared.codes[at]?.[p] !== 0);
  let [least, count] = [Infinity, 0];
  for (const [p, weight] of modelled.entries()) {
    if (weight <= linkThreshold || !isAlike(p)) continue;
    count += compared.counts[p] as number;
    least = Math.min(least, weight);
  }
  return count < leastCopies ? Infinity : least;
}
