/** Clusters and what was told about their records into clusters that obey: certain links hold, conflicts never share one. */
import { type ScoredPairs, Sets } from './components.ts';

type Link = readonly [number, number];

/** What is known apart from the evidence, by record index. Earlier kinds outrank later ones. */
export type Told = {
  /** Reviewers: these are one. Their clusters become one. */
  same: readonly Link[];
  /** Reviewers, parents and children, twins: never one. */
  apart: readonly Link[];
  /** Per unique field, its value by record: two that differ are never one. */
  unique: readonly ReadonlyMap<number, string>[];
  /** By their ids they are one: converted into, merged into. The record goes where it belongs; the rest of its cluster follows on evidence only. */
  certain: readonly Link[];
};

/** As in clusterPairs: a pair that was never compared speaks a little against. */
const unscoredCost = -1;

/**
 * Redoes only the clusters that something told touches. Every `same` holds, so does every `apart` that no `same`
 * overrides; a `certain` link that would break those is left out. Independent of the order of pairs and links.
 * @param base per record the smallest index of its cluster, as clusterPairs gives it
 */
export function obey(base: Int32Array, pairs: ScoredPairs, told: Told): Int32Array {
  const rules = new Rules(base.length, told);
  // First what ids say, so that a reviewer's word meets clusters that are as good as they get without him.
  const certain = regroup(base, pairs, rules, rules.certain, false);
  return regroup(certain, pairs, rules, rules.all, true);
}

/** Which records belong together for sure (atoms), and which atoms may not meet. */
class Rules {
  /** Joined by certain links; and by those and the reviewers' word. */
  readonly certain: Sets;
  readonly all: Sets;
  readonly links: readonly Link[];
  private readonly foes = new Map<number, number[]>();
  private readonly unique: Told['unique'];

  constructor(count: number, told: Told) {
    this.links = [...told.same, ...told.certain];
    this.unique = told.unique;
    this.all = new Sets(count);
    this.certain = new Sets(count);
    for (const [a, b] of told.apart) {
      this.foes.set(a, [...(this.foes.get(a) ?? []), b]);
      this.foes.set(b, [...(this.foes.get(b) ?? []), a]);
    }
    for (const [a, b] of told.same) this.all.join(a, b);
    const pieces = Map.groupBy(new Set(told.same.flat()), (member) => this.all.find(member));
    const pieceOf = (member: number) => pieces.get(this.all.find(member)) ?? [member];
    for (const [a, b] of told.certain.toSorted(bySmallest)) {
      if (this.all.find(a) !== this.all.find(b)) {
        const [left, right] = [pieceOf(a), pieceOf(b)];
        if (this.clash(left, right)) continue;
        this.all.join(a, b);
        pieces.set(this.all.find(a), [...left, ...right]);
      }
      this.certain.join(a, b);
    }
  }

  /** Whether two groups, each without a conflict of its own, may not be one. */
  clash(left: readonly number[], right: readonly number[]): boolean {
    const [few, many] = left.length < right.length ? [left, right] : [right, left];
    const there = new Set(many);
    for (const member of few) {
      for (const foe of this.foes.get(member) ?? []) {
        if (there.has(foe) && this.all.find(foe) !== this.all.find(member)) return true;
      }
    }
    return this.unique.some((values) => differ(valuesOf(left, values), valuesOf(right, values)));
  }

  /** Whether a cluster holds what may not meet. What a reviewer put together is no conflict. */
  holdsConflict(members: readonly number[]): boolean {
    const there = new Set(members);
    for (const member of members) {
      for (const foe of this.foes.get(member) ?? []) {
        if (there.has(foe) && this.all.find(foe) !== this.all.find(member)) return true;
      }
    }
    return this.unique.some((values) => {
      const found = valuesOf(members, values).size;
      if (found < 2) return false;
      const atoms = [...Map.groupBy(members, (member) => this.all.find(member)).values()];
      return !atoms.some((atom) => valuesOf(atom, values).size === found);
    });
  }

  /** Records that something was told about: only their clusters can be at fault. */
  *named(): Generator<number> {
    for (const [a, b] of this.links) {
      yield a;
      yield b;
    }
    yield* this.foes.keys();
    for (const values of this.unique) yield* values.keys();
  }
}

/** Clusters tied by `atoms` are weighed anew together, and so are those that hold a conflict; the others stay. */
function regroup(
  clusters: Int32Array,
  pairs: ScoredPairs,
  rules: Rules,
  atoms: Sets,
  isWholesale: boolean,
): Int32Array {
  const knots = new Sets(clusters.length);
  for (const [at, cluster] of clusters.entries()) if (at !== cluster) knots.join(at, cluster);
  for (const [a, b] of rules.links) if (atoms.find(a) === atoms.find(b)) knots.join(a, b);
  const knotted = new Map<number, number[]>();
  for (const member of rules.named()) knotted.set(knots.find(member), []);
  for (let at = 0; at < clusters.length; at += 1) knotted.get(knots.find(at))?.push(at);

  const out = Int32Array.from(clusters);
  const edges = new Map<number, number[]>();
  for (const [root, knot] of knotted) {
    const isOne = knot.every((member) => clusters[member] === root);
    const isAtFault = rules.holdsConflict(knot);
    if (isOne && !isAtFault) continue;
    // A reviewer who calls two records one has their whole clusters in view.
    if (isWholesale && !isAtFault) for (const member of knot) out[member] = root;
    else edges.set(root, []);
  }
  if (edges.size === 0) return out;
  for (let at = 0; at < pairs.left.length; at += 1) {
    const root = knots.find(pairs.left[at] as number);
    if (root === knots.find(pairs.right[at] as number)) edges.get(root)?.push(at);
  }
  for (const [root, own] of edges) agglomerate(knotted.get(root) ?? [], own, pairs, rules, atoms, out);
  return out;
}

/** Atoms merge by the highest mean score above 0 that no conflict forbids; ties go to the smallest records. */
function agglomerate(
  members: number[],
  edges: number[],
  pairs: ScoredPairs,
  rules: Rules,
  atoms: Sets,
  out: Int32Array,
): void {
  const pieces = Map.groupBy(members, (member) => atoms.find(member));
  const links = new Map<number, Map<number, [sum: number, scored: number]>>();
  for (const piece of pieces.keys()) links.set(piece, new Map());
  const link = (a: number, b: number, sum: number, scored: number) => {
    const [before, count] = links.get(a)?.get(b) ?? [0, 0];
    links.get(a)?.set(b, [before + sum, count + scored]);
    links.get(b)?.set(a, [before + sum, count + scored]);
  };
  for (const at of edges) {
    const [a, b] = [atoms.find(pairs.left[at] as number), atoms.find(pairs.right[at] as number)];
    if (a !== b) link(a, b, pairs.score[at] as number, 1);
  }
  const sizeOf = (piece: number) => pieces.get(piece)?.length ?? 0;
  for (;;) {
    let best: Merge | undefined;
    for (const [a, of] of links) {
      for (const [b, [sum, scored]] of of) {
        if (a > b) continue;
        const all = sizeOf(a) * sizeOf(b);
        const mean = (sum + (all - scored) * unscoredCost) / all;
        if (mean <= 0 || (best && !isBefore({ a, b, mean }, best))) continue;
        if (!rules.clash(pieces.get(a) ?? [], pieces.get(b) ?? [])) best = { a, b, mean };
      }
    }
    if (!best) break;
    const { a, b } = best;
    pieces.set(a, [...(pieces.get(a) ?? []), ...(pieces.get(b) ?? [])]);
    const gone = links.get(b) ?? new Map<number, [number, number]>();
    pieces.delete(b);
    links.delete(b);
    links.get(a)?.delete(b);
    for (const [other, [sum, scored]] of gone) {
      links.get(other)?.delete(b);
      if (other !== a) link(a, other, sum, scored);
    }
  }
  for (const piece of pieces.values()) {
    const smallest = piece.reduce((least, member) => Math.min(least, member));
    for (const member of piece) out[member] = smallest;
  }
}

type Merge = { a: number; b: number; mean: number };

function isBefore(one: Merge, other: Merge): boolean {
  return one.mean !== other.mean ? one.mean > other.mean : one.a !== other.a ? one.a < other.a : one.b < other.b;
}

function valuesOf(members: readonly number[], values: ReadonlyMap<number, string>): Set<string> {
  const found = new Set<string>();
  if (values.size === 0) return found;
  for (const member of members) {
    const value = values.get(member);
    if (value !== undefined) found.add(value);
  }
  return found;
}

/** A reviewer may have put two values together; whoever has a subset of them is no stranger. */
function differ(left: Set<string>, right: Set<string>): boolean {
  const [few, many] = left.size < right.size ? [left, right] : [right, left];
  return [...few].some((value) => !many.has(value));
}

function bySmallest(one: Link, other: Link): number {
  return Math.min(...one) - Math.min(...other) || Math.max(...one) - Math.max(...other);
}
