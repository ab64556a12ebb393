/** Records the same in all that is compared: more than a block may hold are joined without being compared, and many teach no more than few. */
import type { TextRows } from './compare/text-table.ts';

/**
 * Of one kind so many are blocked, compared and counted: fewer where names are all there is, as copies then crowd out the other
 * spellings. Chosen on patstat_leuven, applicants and the made lists of names (decision 126).
 */
const mostOfAKind = { named: 8, described: 20 };

/** By place: the first of its kind, and whether there are enough of it without this one. */
export type Kinds = { first: Int32Array; isLeftOut: Uint8Array; leftOutCount: number };

/** Null where nobody is left out. @param isNamesOnly nothing but names is compared */
export function kindsOf(rows: TextRows, recordCount: number, isNamesOnly: boolean): Kinds | null {
  const most = isNamesOnly ? mostOfAKind.named : mostOfAKind.described;
  const firstOf = finder(rows, recordCount);
  const first = new Int32Array(recordCount);
  const counts = new Int32Array(recordCount);
  const isLeftOut = new Uint8Array(recordCount);
  let leftOutCount = 0;
  for (let place = 0; place < recordCount; place += 1) {
    const kind = firstOf(place);
    first[place] = kind;
    counts[kind] = (counts[kind] as number) + 1;
    if ((counts[kind] as number) <= most) continue;
    isLeftOut[place] = 1;
    leftOutCount += 1;
  }
  return leftOutCount === 0 ? null : { first, isLeftOut, leftOutCount };
}

/**
 * Those left out come to the cluster of their kind, where those compared are all in one.
 * @param clusters by place, the lowest place of its cluster; written to
 * @returns how many
 */
export function joinLeftOut({ first, isLeftOut }: Kinds, clusters: Int32Array): number {
  const isOne = new Uint8Array(clusters.length).fill(1);
  for (const [place, root] of clusters.entries()) {
    const kind = first[place] as number;
    if (isLeftOut[place] === 0 && root !== clusters[kind]) isOne[kind] = 0;
  }
  let joined = 0;
  for (const [place, kind] of first.entries()) {
    if (isLeftOut[place] === 0 || isOne[kind] === 0) continue;
    clusters[place] = clusters[kind] as number;
    joined += 1;
  }
  return joined;
}

function tester({ cells, width, offsets }: TextRows): (a: number, b: number) => boolean {
  return (a, b) => {
    for (const at of offsets) if (cells[a * width + at] !== cells[b * width + at]) return false;
    return true;
  };
}

/** @returns the first place of its kind that was asked about */
function finder(rows: TextRows, recordCount: number): (place: number) => number {
  const { cells, width, offsets } = rows;
  const isSame = tester(rows);
  const bits = 33 - Math.clz32(recordCount);
  const slots = new Int32Array(1 << bits).fill(-1);
  return (place) => {
    let hash = 0x811c9dc5;
    for (const at of offsets) hash = Math.imul(hash ^ (cells[place * width + at] as number), 0x01000193);
    let slot = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> (32 - bits);
    while ((slots[slot] as number) >= 0 && !isSame(slots[slot] as number, place))
      slot = (slot + 1) & (slots.length - 1);
    if ((slots[slot] as number) < 0) slots[slot] = place;
    return slots[slot] as number;
  };
}

/**
 * Joins clusters in which all records are alike, and alike to those of the other: what comparing all of them would give. A
 * cluster that holds anybody else stays as the evidence made it.
 * @param clusters by place, the lowest place of its cluster; written to
 * @param isLinked whether the model links two such records; asked once for those of a kind
 * @returns how many records came to another cluster
 */
export function joinAlike(rows: TextRows, clusters: Int32Array, isLinked: (l: number, r: number) => boolean): number {
  const isSame = tester(rows);
  const isPure = new Uint8Array(clusters.length).fill(1);
  for (const [place, root] of clusters.entries()) if (place !== root && !isSame(place, root)) isPure[root] = 0;
  const firstOf = finder(rows, clusters.length);
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
    const first = firstOf(place);
    if (first === place) continue;
    if (!verdicts.has(first)) verdicts.set(first, isLinked(first, place));
    if (verdicts.get(first) !== true) continue;
    clusters[place] = first;
    joined += 1;
  }
  return joined;
}
