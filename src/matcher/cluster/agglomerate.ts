/** Pieces of a set of records and the scored pairs between them into larger pieces: the two with the highest mean score merge first. */

/** Pairs as parallel arrays; `score` is bits above even odds, negative is evidence against. */
export type ScoredPairs = { left: Int32Array; right: Int32Array; score: Float64Array };

/** What a pair that was never compared says when two pieces are weighed: a little against. */
export const unscoredCost = -1;

type Edge = { a: number; b: number; mean: number };
/** Sum of the scores between two pieces, and how many pairs were scored. */
type Link = [sum: number, scored: number];

/**
 * Merges while the highest mean is above 0; equal means go by the smallest pieces, so that the order of the pairs does not show. A
 * piece is named by the smallest of its records, and so is what it merges into.
 * @param edges which of the pairs; their order shows in the last bit of the sums
 * @param merge joins the piece `b` to `a`, or answers false where that is forbidden
 */
export function agglomerate(
  edges: readonly number[],
  pairs: ScoredPairs,
  pieceOf: (record: number) => number,
  sizeOf: (piece: number) => number,
  merge: (a: number, b: number) => boolean,
): void {
  const links = new Map<number, Map<number, Link>>();
  const size = new Map<number, number>();
  const add = (a: number, b: number, sum: number, scored: number) => {
    const of = links.get(a) ?? new Map<number, Link>();
    links.set(a, of);
    const [before, number] = of.get(b) ?? [0, 0];
    of.set(b, [before + sum, number + scored]);
  };
  for (const at of edges) {
    const [a, b] = [pieceOf(pairs.left[at] as number), pieceOf(pairs.right[at] as number)];
    if (a === b) continue;
    const score = pairs.score[at] as number;
    add(a, b, score, 1);
    add(b, a, score, 1);
    size.set(a, sizeOf(a)).set(b, sizeOf(b));
  }
  const mean = (a: number, b: number, [sum, scored]: Link): number => {
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
    // What is forbidden is asked again once one of the two has grown.
    if (!merge(a, b)) continue;
    const gone = links.get(b) as Map<number, Link>;
    links.delete(b);
    links.get(a)?.delete(b);
    size.set(a, (size.get(a) as number) + (size.get(b) as number));
    for (const [other, [sum, scored]] of gone) {
      if (other === a) continue;
      links.get(other)?.delete(b);
      add(a, other, sum, scored);
      add(other, a, sum, scored);
    }
    for (const [other, of] of links.get(a) as Map<number, Link>)
      push(heap, { a: Math.min(a, other), b: Math.max(a, other), mean: mean(a, other, of) });
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
