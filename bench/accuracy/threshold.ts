/** Scored pairs and the truth into what each threshold would give: as pairs, and as the components of linked pairs. */
import { countTruePairs, pairsOf, prfOf, type Prf } from './score.ts';

/** `left` and `right` index the records; a pair comes at most once, in any order. */
export type ScoredPairs = { left: Int32Array; right: Int32Array; weight: Float64Array };
export type AtThreshold = Prf & { threshold: number };

/** Pairs above this weight, taken as they are: no clustering. */
export function pairsAbove(pairs: ScoredPairs, truth: Int32Array, threshold: number): AtThreshold {
  let foundPairs = 0;
  let rightPairs = 0;
  for (const [at, weight] of pairs.weight.entries()) {
    if (weight <= threshold) continue;
    foundPairs++;
    if (isRight(pairs, at, truth)) rightPairs++;
  }
  return { ...prfOf({ truePairs: countTruePairs(truth), foundPairs, rightPairs }), threshold };
}

/** The best any threshold could do for the pairs: an upper bound, chosen with the truth. */
export function bestPairs(pairs: ScoredPairs, truth: Int32Array): AtThreshold {
  const truePairs = countTruePairs(truth);
  let rightPairs = 0;
  let foundPairs = 0;
  return bestOver(pairs, truePairs, (at) => {
    foundPairs++;
    if (isRight(pairs, at, truth)) rightPairs++;
    return { truePairs, foundPairs, rightPairs };
  });
}

/** The best any threshold could do for the connected components of the pairs, scored pairwise. */
export function bestComponents(pairs: ScoredPairs, truth: Int32Array): AtThreshold {
  const truePairs = countTruePairs(truth);
  const parts = new Components(truth);
  return bestOver(pairs, truePairs, (at) => {
    parts.join(pairs.left[at] ?? 0, pairs.right[at] ?? 0);
    return { truePairs, foundPairs: parts.foundPairs, rightPairs: parts.rightPairs };
  });
}

/** Connected components of the pairs of at least this weight; a component is named by one of its records. */
export function componentsFrom(pairs: ScoredPairs, truth: Int32Array, threshold: number): Int32Array {
  const parts = new Components(truth);
  for (const [at, weight] of pairs.weight.entries()) {
    if (weight >= threshold) parts.join(pairs.left[at] ?? 0, pairs.right[at] ?? 0);
  }
  return Int32Array.from(truth, (_, at) => parts.root(at));
}

function isRight(pairs: ScoredPairs, at: number, truth: Int32Array): boolean {
  return truth[pairs.left[at] ?? 0] === truth[pairs.right[at] ?? 0];
}

type Counts = { truePairs: number; foundPairs: number; rightPairs: number };

/** Takes the pairs from the heaviest down; only where the weight changes is there a threshold to judge. */
function bestOver(pairs: ScoredPairs, truePairs: number, take: (at: number) => Counts): AtThreshold {
  const order = Uint32Array.from(pairs.weight.keys()).sort((a, b) => (pairs.weight[b] ?? 0) - (pairs.weight[a] ?? 0));
  let best: AtThreshold = { ...prfOf({ truePairs, foundPairs: 0, rightPairs: 0 }), threshold: Infinity };
  for (const [place, at] of order.entries()) {
    const counts = take(at);
    const threshold = pairs.weight[at] ?? 0;
    const next = order[place + 1];
    if (next !== undefined && pairs.weight[next] === threshold) continue;
    const result = prfOf(counts);
    if (result.f1 > best.f1) best = { ...result, threshold };
  }
  return best;
}

/** Union-find that keeps count of the pairs inside its components and of those that are right. */
class Components {
  foundPairs = 0;
  rightPairs = 0;
  private readonly parent: Int32Array;
  private readonly size: Int32Array;
  /** Per root, how many of its records each true entity has. */
  private readonly shares: Map<number, number>[];

  constructor(truth: Int32Array) {
    this.parent = Int32Array.from(truth.keys());
    this.size = new Int32Array(truth.length).fill(1);
    this.shares = Array.from(truth, (entity) => new Map([[entity, 1]]));
  }

  root(at: number): number {
    let top = at;
    while (this.parent[top] !== top) top = this.parent[top] ?? top;
    for (let step = at; step !== top;) {
      const next = this.parent[step] ?? top;
      this.parent[step] = top;
      step = next;
    }
    return top;
  }

  join(left: number, right: number): void {
    let into = this.root(left);
    let from = this.root(right);
    if (into === from) return;
    if ((this.size[into] ?? 0) < (this.size[from] ?? 0)) [into, from] = [from, into];
    const joined = (this.size[into] ?? 0) + (this.size[from] ?? 0);
    this.foundPairs += pairsOf(joined) - pairsOf(this.size[into] ?? 0) - pairsOf(this.size[from] ?? 0);
    const kept = this.shares[into];
    for (const [entity, count] of this.shares[from] ?? []) {
      const before = kept?.get(entity) ?? 0;
      this.rightPairs += before * count;
      kept?.set(entity, before + count);
    }
    this.shares[from] = new Map();
    this.parent[from] = into;
    this.size[into] = joined;
  }
}
