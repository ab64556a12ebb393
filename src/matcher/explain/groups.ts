/** What the other records of two records' groups say: the links that tie them, or why their groups are two. */
import { unscoredCost } from '../cluster/agglomerate.ts';
import type { MatchResult } from '../engine.ts';
import { linkThreshold } from '../weigh/threshold.ts';

/** A link from one record to the next, in calibrated bits. */
export type PathStep = { from: string; to: string; weight: number };

/** Two groups and the pairs between them. */
export type Agreement = {
  left: string[];
  right: string[];
  /** Pairs between the two. */
  pairCount: number;
  comparedCount: number;
  /** Bits a pair; one that was not compared counts as `unscoredCost`. The groups stay two where it is not above 0. */
  meanWeight: number;
  /** The pair that speaks most against. */
  against: PathStep | null;
};

const hundredths = (bits: number): number => Math.round(bits * 100) / 100;

/** By the fewest links, of as many the ones that come first; none where no links tie the two. */
export function linkPath(
  { pairs, clusters }: MatchResult,
  from: number,
  to: number,
  idOf: (place: number) => string,
): PathStep[] {
  const links = new Map<number, { other: number; weight: number }[]>();
  const add = (a: number, b: number, weight: number) => links.set(a, [...(links.get(a) ?? []), { other: b, weight }]);
  for (const [at, weight] of pairs.score.entries()) {
    const [l, r] = [pairs.left[at] as number, pairs.right[at] as number];
    if (weight <= linkThreshold || clusters[l] !== clusters[from] || clusters[r] !== clusters[from]) continue;
    add(l, r, weight);
    add(r, l, weight);
  }
  const cameBy = new Map<number, { from: number; weight: number } | null>([[from, null]]);
  for (const place of cameBy.keys()) {
    for (const { other, weight } of links.get(place) ?? [])
      if (!cameBy.has(other)) cameBy.set(other, { from: place, weight });
  }
  const path: PathStep[] = [];
  for (let place = to; ;) {
    const step = cameBy.get(place);
    if (!step) return path;
    path.unshift({ from: idOf(step.from), to: idOf(place), weight: hundredths(step.weight) });
    place = step.from;
  }
}

export function agreementOf(
  { pairs, clusters }: MatchResult,
  l: number,
  r: number,
  idOf: (place: number) => string,
): Agreement {
  const [left, right] = [l, r].map((place) => clusters[place] as number) as [number, number];
  const membersOf = (root: number) =>
    [...clusters.entries()].flatMap(([place, own]) => (own === root ? [idOf(place)] : []));
  let [sum, comparedCount, against]: [number, number, PathStep | null] = [0, 0, null];
  for (const [at, weight] of pairs.score.entries()) {
    const [a, b] = [pairs.left[at] as number, pairs.right[at] as number];
    const [of, other] = [clusters[a] as number, clusters[b] as number];
    if (!((of === left && other === right) || (of === right && other === left))) continue;
    sum += weight;
    comparedCount += 1;
    if (against === null || weight < against.weight) against = { from: idOf(a), to: idOf(b), weight };
  }
  const [one, two] = [membersOf(left), membersOf(right)];
  const pairCount = one.length * two.length;
  return {
    left: one,
    right: two,
    pairCount,
    comparedCount,
    meanWeight: hundredths((sum + (pairCount - comparedCount) * unscoredCost) / pairCount),
    against: against && { ...against, weight: hundredths(against.weight) },
  };
}
