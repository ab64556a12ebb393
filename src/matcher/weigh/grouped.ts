/** Groups and the pairs in them into the counts that an assessment rests on. */
import type { PickedPairs } from '../compare/pick.ts';
import type { GroupedPairs } from './assessment.ts';
import { linkThreshold } from './threshold.ts';

/** Of a record so many links are looked at: in large groups they are pairs of pairs. */
const mostLinks = 40;
/** Of more pairs than these only some groups are looked at for third records, evenly spread: a million people have a million pairs. */
const mostPairs = 100_000;

/** @param clusters by place, the lowest place of its group */
export function groupedPairs(clusters: Int32Array, pairs: PickedPairs, patternCount: number): GroupedPairs {
  const inGroups = new Float64Array(patternCount);
  const links = new Map<number, number[]>();
  const linked = new Set<number>();
  const stride = Math.max(1, Math.ceil(pairs.score.length / mostPairs));
  const keyOf = (l: number, r: number) => l * clusters.length + r;
  const add = (from: number, to: number) => {
    const own = links.get(from);
    if (!own) links.set(from, [to]);
    else if (own.length < mostLinks) own.push(to);
  };
  for (const [at, score] of pairs.score.entries()) {
    const [l, r] = [pairs.left[at] as number, pairs.right[at] as number];
    if (clusters[l] !== clusters[r]) continue;
    const pattern = pairs.pattern[at] as number;
    inGroups[pattern] = (inGroups[pattern] as number) + 1;
    if (score <= linkThreshold || (clusters[l] as number) % stride !== 0) continue;
    linked.add(keyOf(l, r));
    add(l, r);
    add(r, l);
  }
  const throughThird = { pairCount: 0, linkedCount: 0 };
  for (const own of links.values()) {
    for (const [at, one] of own.entries()) {
      for (const other of own.slice(at + 1)) {
        throughThird.pairCount += 1;
        if (linked.has(keyOf(Math.min(one, other), Math.max(one, other)))) throughThird.linkedCount += 1;
      }
    }
  }
  return { inGroups, pairCount: pairsInGroups(clusters), throughThird };
}

function pairsInGroups(clusters: Int32Array): number {
  const sizes = new Int32Array(clusters.length);
  for (const root of clusters) sizes[root] = (sizes[root] as number) + 1;
  return sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}
