/** Found clusters and true ones into precision, recall and F1, pairwise and B-cubed. */

export type Prf = { precision: number; recall: number; f1: number };
export type PairCounts = { truePairs: number; foundPairs: number; rightPairs: number };
export type ClusterScore = { pairwise: Prf & PairCounts; bCubed: Prf };

/**
 * Precision of nothing found is 1 (no claim was wrong), recall of nothing to find is 1: a set without duplicates in
 * which none were found scores 1, one wrong pair there scores 0.
 */
export function prfOf({ truePairs, foundPairs, rightPairs }: PairCounts): Prf {
  const precision = foundPairs === 0 ? 1 : rightPairs / foundPairs;
  const recall = truePairs === 0 ? 1 : rightPairs / truePairs;
  return { precision, recall, f1: harmonic(precision, recall) };
}

/**
 * Pairwise counts every pair of records in one cluster; B-cubed (Bagga & Baldwin 1998) averages over records the share
 * of the record's cluster that is right, and the share of its true cluster that was found.
 * @param clusters per record, the number of its cluster: 0..records-1
 * @param truth the same of the truth
 */
export function scoreClusters(clusters: Int32Array, truth: Int32Array): ClusterScore {
  const count = truth.length;
  if (clusters.length !== count) throw new RangeError(`${clusters.length} clustered records, ${count} in the truth`);
  const truthSize = sizes(truth);
  const clusterSize = sizes(clusters);
  const starts = new Int32Array(count + 1);
  for (let at = 0; at < count; at++) starts[at + 1] = (starts[at] ?? 0) + (clusterSize[at] ?? 0);
  const members = new Int32Array(count);
  const free = starts.slice();
  for (let at = 0; at < count; at++) {
    const cluster = clusters[at] ?? 0;
    const place = free[cluster] ?? 0;
    members[place] = at;
    free[cluster] = place + 1;
  }
  let rightPairs = 0;
  let precisionSum = 0;
  let recallSum = 0;
  for (let cluster = 0; cluster < count; cluster++) {
    const size = clusterSize[cluster] ?? 0;
    const shared = new Map<number, number>();
    for (let place = starts[cluster] ?? 0; place < (starts[cluster + 1] ?? 0); place++) {
      const entity = truth[members[place] ?? 0] ?? 0;
      shared.set(entity, (shared.get(entity) ?? 0) + 1);
    }
    for (const [entity, both] of shared) {
      rightPairs += pairsOf(both);
      precisionSum += (both * both) / size;
      recallSum += (both * both) / (truthSize[entity] ?? 1);
    }
  }
  const counts = { truePairs: pairsIn(truthSize), foundPairs: pairsIn(clusterSize), rightPairs };
  const precision = count === 0 ? 1 : precisionSum / count;
  const recall = count === 0 ? 1 : recallSum / count;
  return {
    pairwise: { ...prfOf(counts), ...counts },
    bCubed: { precision, recall, f1: harmonic(precision, recall) },
  };
}

export function pairsOf(size: number): number {
  return (size * (size - 1)) / 2;
}

/** Pairs of records that are one entity. */
export function countTruePairs(truth: Int32Array): number {
  return pairsIn(sizes(truth));
}

/** Names of clusters into numbers 0..n-1, by first appearance. */
export function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  });
}

function sizes(groups: Int32Array): Int32Array {
  const size = new Int32Array(groups.length);
  for (const group of groups) size[group] = (size[group] ?? 0) + 1;
  return size;
}

function pairsIn(groupSizes: Int32Array): number {
  return groupSizes.reduce((sum, size) => sum + pairsOf(size), 0);
}

function harmonic(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}
