/** Scored pairs into clusters: connected components, each cut where the mean evidence between its parts speaks against. */
import { agglomerate, type ScoredPairs } from './agglomerate.ts';

/** Union-find with path halving. The root of a set is its smallest member, so the order of unions cannot show. */
export class Sets {
  readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = Int32Array.from({ length: count }, (_, at) => at);
  }

  find(member: number): number {
    let at = member;
    while (this.parent[at] !== at) {
      const above = this.parent[at] as number;
      this.parent[at] = this.parent[above] as number;
      at = this.parent[at] as number;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [low, high] = [this.find(a), this.find(b)].sort((x, y) => x - y) as [number, number];
    this.parent[high] = low;
  }
}

/** Records that links tie together: what is decided in one such set does not touch another. */
export function linked(count: number, pairs: ScoredPairs): Sets {
  const reach = new Sets(count);
  for (let at = 0; at < pairs.left.length; at += 1) {
    if ((pairs.score[at] as number) > 0) reach.join(pairs.left[at] as number, pairs.right[at] as number);
  }
  return reach;
}

const itself = (record: number): number => record;
const one = (): number => 1;

/**
 * One cluster number per record: the smallest record index in it. Greedy: the two clusters with the highest mean score
 * merge first, while that mean is above 0. Independent of the order of the pairs.
 * @param count records, numbered 0..count-1
 */
export function clusterPairs(count: number, pairs: ScoredPairs): Int32Array {
  const reach = linked(count, pairs);
  const byComponent = new Map<number, number[]>();
  for (let at = 0; at < pairs.left.length; at += 1) {
    const root = reach.find(pairs.left[at] as number);
    if (root !== reach.find(pairs.right[at] as number)) continue;
    const list = byComponent.get(root);
    if (list) list.push(at);
    else byComponent.set(root, [at]);
  }
  const clusters = new Sets(count);
  const merge = (a: number, b: number) => {
    clusters.join(a, b);
    return true;
  };
  for (const edges of byComponent.values()) {
    const [only] = edges;
    if (edges.length === 1) merge(pairs.left[only as number] as number, pairs.right[only as number] as number);
    else agglomerate(edges, pairs, itself, one, merge);
  }
  return Int32Array.from({ length: count }, (_, at) => clusters.find(at));
}
