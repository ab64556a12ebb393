/** Records the same in all that is compared, more than a block may hold, into one cluster without being compared. */
import type { TextRows } from './compare/text-table.ts';

/**
 * Joins clusters in which all records are alike, and alike to those of the other: what comparing all of them would give. A
 * cluster that holds anybody else stays as the evidence made it.
 * @param clusters by place, the lowest place of its cluster; written to
 * @param isLinked whether the model links two such records; asked once for those of a kind
 * @returns how many records came to another cluster
 */
export function joinAlike(rows: TextRows, clusters: Int32Array, isLinked: (l: number, r: number) => boolean): number {
  const { cells, width, offsets } = rows;
  const isSame = (a: number, b: number) => {
    for (const at of offsets) if (cells[a * width + at] !== cells[b * width + at]) return false;
    return true;
  };
  const isPure = new Uint8Array(clusters.length).fill(1);
  for (const [place, root] of clusters.entries()) if (place !== root && !isSame(place, root)) isPure[root] = 0;
  const bits = 33 - Math.clz32(clusters.length);
  const slots = new Int32Array(1 << bits).fill(-1);
  /** By the first of a kind. */
  const verdicts = new Map<number, boolean>();
  let joined = 0;
  for (const [place, root] of clusters.entries()) {
    if (place !== root) {
      // Its cluster begins before it, and may have gone to another.
      const now = clusters[root] as number;
      if (now !== root) joined += 1;
      clusters[place] = now;
      continue;
    }
    if (isPure[place] === 0) continue;
    let hash = 0x811c9dc5;
    for (const at of offsets) hash = Math.imul(hash ^ (cells[place * width + at] as number), 0x01000193);
    let slot = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> (32 - bits);
    while ((slots[slot] as number) >= 0 && !isSame(slots[slot] as number, place))
      slot = (slot + 1) & (slots.length - 1);
    const first = slots[slot] as number;
    if (first < 0) {
      slots[slot] = place;
      continue;
    }
    if (!verdicts.has(first)) verdicts.set(first, isLinked(first, place));
    if (verdicts.get(first) !== true) continue;
    clusters[place] = first;
    joined += 1;
  }
  return joined;
}
