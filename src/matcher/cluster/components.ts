/** Scored pairs into clusters: connected components, each cut where the mean evidence between its parts speaks against. */

/** Pairs as parallel arrays; `score` is bits above the link threshold, negative is evidence against. */
export type ScoredPairs = { left: Int32Array; right: Int32Array; score: Float64Array };

/** What a pair that was never compared says when two clusters are weighed: a little against. */
const unscoredCost = -1;

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
  for (const edges of byComponent.values()) contract(edges, pairs, clusters);
  return Int32Array.from({ length: count }, (_, at) => clusters.find(at));
}

type Edge = { a: number; b: number; mean: number };

function contract(edges: number[], pairs: ScoredPairs, clusters: Sets): void {
  if (edges.length === 1) {
    clusters.join(pairs.left[edges[0] as number] as number, pairs.right[edges[0] as number] as number);
    return;
  }
  // links.get(a).get(b) = [sum of scores, number of scored pairs] between the clusters a and b
  const links = new Map<number, Map<number, [number, number]>>();
  const size = new Map<number, number>();
  const add = (a: number, b: number, sum: number, scored: number) => {
    const of = links.get(a) ?? new Map<number, [number, number]>();
    links.set(a, of);
    const [before, number] = of.get(b) ?? [0, 0];
    of.set(b, [before + sum, number + scored]);
  };
  for (const at of edges) {
    const [a, b, score] = [pairs.left[at] as number, pairs.right[at] as number, pairs.score[at] as number];
    add(a, b, score, 1);
    add(b, a, score, 1);
    size.set(a, 1).set(b, 1);
  }
  const mean = (a: number, b: number, [sum, scored]: [number, number]): number => {
    const all = (size.get(a) as number) * (size.get(b) as number);
    return (sum + (all - scored) * unscoredCost) / all;
  };
  const heap: Edge[] = [];
  for (const [a, of] of links) for (const [b, link] of of) if (a < b) push(heap, { a, b, mean: mean(a, b, link) });
  for (let best = pop(heap); best && best.mean > 0; best = pop(heap)) {
    const { a, b } = best;
    const link = links.get(a)?.get(b);
    // Stale: one side was merged away or the mean has changed since.
    if (!link || !links.has(b) || mean(a, b, link) !== best.mean) continue;
    clusters.join(a, b);
    const gone = links.get(b) as Map<number, [number, number]>;
    links.delete(b);
    links.get(a)?.delete(b);
    size.set(a, (size.get(a) as number) + (size.get(b) as number));
    for (const [other, [sum, scored]] of gone) {
      if (other === a) continue;
      links.get(other)?.delete(b);
      add(a, other, sum, scored);
      add(other, a, sum, scored);
    }
    for (const [other, of] of links.get(a) as Map<number, [number, number]>) {
      push(heap, { a: Math.min(a, other), b: Math.max(a, other), mean: mean(a, other, of) });
    }
  }
}

function before(x: Edge, y: Edge): boolean {
  return x.mean !== y.mean ? x.mean > y.mean : x.a !== y.a ? x.a < y.a : x.b < y.b;
}

function push(heap: Edge[], edge: Edge): void {
  let at = heap.push(edge) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    if (!before(edge, heap[up] as Edge)) break;
    heap[at] = heap[up] as Edge;
    at = up;
  }
  heap[at] = edge;
}

function pop(heap: Edge[]): Edge | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return top;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && before(heap[child + 1] as Edge, heap[child] as Edge)) child += 1;
    if (!before(heap[child] as Edge, last)) break;
    heap[at] = heap[child] as Edge;
    at = child;
  }
  heap[at] = last;
  return top;
}
