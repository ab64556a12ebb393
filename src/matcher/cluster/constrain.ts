/** Clusters and what is known about their records into clusters that obey: certain links hold, conflicts never share one. */
import { agglomerate, type ScoredPairs } from './agglomerate.ts';
import { Sets } from './components.ts';

type Link = readonly [number, number];

/** What is known apart from the evidence, by record index. Earlier kinds outrank later ones. */
export type Constraints = {
  /** Reviewers: these are one. Their clusters become one. */
  same: readonly Link[];
  /** Reviewers, parents and children, twins: never one. */
  apart: readonly Link[];
  /** Per unique field, its value by record: two that differ are never one. */
  unique: readonly ReadonlyMap<number, string>[];
  /** By its id the first became the second (converted into it). It goes there; the rest of its cluster follows on evidence only. */
  certain: readonly Link[];
};

/**
 * Redoes only the clusters that a constraint touches. Every `same` holds, so does every `apart` that no `same`
 * overrides; a `certain` link that would break those is left out. Independent of the order of pairs and links.
 * @param base per record the smallest index of its cluster, as clusterPairs gives it
 */
export function obey(base: Int32Array, pairs: ScoredPairs, constraints: Constraints): Int32Array {
  const rules = new Rules(base.length, constraints);
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
  /** Records that became another. */
  private readonly sources: ReadonlySet<number>;
  private readonly foes = new Map<number, number[]>();
  private readonly unique: Constraints['unique'];

  constructor(count: number, constraints: Constraints) {
    this.links = [...constraints.same, ...constraints.certain];
    this.unique = constraints.unique;
    this.sources = new Set(constraints.certain.map(([source]) => source));
    this.all = new Sets(count);
    this.certain = new Sets(count);
    for (const [a, b] of constraints.apart) {
      this.foes.set(a, [...(this.foes.get(a) ?? []), b]);
      this.foes.set(b, [...(this.foes.get(b) ?? []), a]);
    }
    for (const [a, b] of constraints.same) this.all.join(a, b);
    const pieces = Map.groupBy(new Set(constraints.same.flat()), (member) => this.all.find(member));
    const pieceOf = (member: number) => pieces.get(this.all.find(member)) ?? [member];
    for (const [a, b] of constraints.certain.toSorted(bySmallest)) {
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

  /** Where the records of an atom go: what the others became, or the smallest. */
  anchorOf(atom: readonly number[]): number {
    const left = atom.filter((member) => !this.sources.has(member));
    return (left.length > 0 ? left : atom).reduce((least, member) => Math.min(least, member));
  }

  /** Records under a constraint: only their clusters can be at fault. */
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
  for (const [root, own] of edges) {
    const knot = knotted.get(root) ?? [];
    const pieces = rules.holdsConflict(knot) ? null : moveOver(knot, clusters, rules, atoms);
    mergePieces(pieces ?? Map.groupBy(knot, (member) => atoms.find(member)), own, pairs, rules, out);
  }
  return out;
}

/**
 * Clusters as they are, but for the records that became another: these go there. A cluster that lost one falls into its
 * atoms, since the lost one may have been all that held it together. Dissolving the others too was tried: converted leads
 * with little on them then outvote good evidence between accounts (recall of companies .949 -> .928 on the seeded org).
 * Null when what moved meets a conflict there.
 */
function moveOver(knot: number[], clusters: Int32Array, rules: Rules, atoms: Sets): Map<number, number[]> | null {
  const anchor = new Map<number, number>();
  const isLosing = new Set<number>();
  for (const atom of Map.groupBy(knot, (member) => atoms.find(member)).values()) {
    const to = rules.anchorOf(atom);
    for (const member of atom) {
      anchor.set(member, to);
      if (clusters[member] !== clusters[to]) isLosing.add(clusters[member] as number);
    }
  }
  const pieces = Map.groupBy(knot, (member) => {
    const to = anchor.get(member) as number;
    const home = clusters[to] as number;
    return isLosing.has(home) ? to : home;
  });
  return [...pieces.values()].some((piece) => rules.holdsConflict(piece)) ? null : pieces;
}

/** Pieces merge as their evidence says where no conflict forbids it. */
function mergePieces(
  given: Map<number, number[]>,
  edges: number[],
  pairs: ScoredPairs,
  rules: Rules,
  out: Int32Array,
): void {
  const pieces = new Map([...given.values()].map((piece) => [smallestOf(piece), piece]));
  const pieceOf = new Map([...pieces].flatMap(([name, piece]) => piece.map((member) => [member, name] as const)));
  const piece = (name: number) => pieces.get(name) ?? [];
  // Sums of fractions depend on their order; the order of the pairs must not show.
  edges.sort(
    (x, y) =>
      (pairs.left[x] as number) - (pairs.left[y] as number) || (pairs.right[x] as number) - (pairs.right[y] as number),
  );
  agglomerate(
    edges,
    pairs,
    (record) => pieceOf.get(record) as number,
    (name) => piece(name).length,
    (a, b) => {
      if (rules.clash(piece(a), piece(b))) return false;
      pieces.set(a, [...piece(a), ...piece(b)]);
      pieces.delete(b);
      return true;
    },
  );
  for (const [name, members] of pieces) for (const member of members) out[member] = name;
}

function smallestOf(members: readonly number[]): number {
  return members.reduce((least, member) => Math.min(least, member));
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
