/**
 * Deals that moved, weighed anew with all whose weights depend on them: the blocks they were in and are in, and the chains of
 * links these hang on. Afterwards the pairs are what weighing all deals by the same chances gives.
 */
import { type BlockKind, blockKinds, blockOf, keyIn, pairsIn } from './block.ts';
import { untoldPairs } from './chain.ts';
import { type Around, chancesOf, isOneCompany } from './chance.ts';
import { type KnownDeal, named, type NamedDeal } from './deal.ts';
import type { LearntDeals } from './learnt.ts';
import type { DealRule } from './pairs.ts';
import { decide, type DealVerdict, weigh } from './weigh.ts';

/** The key of a record; the left one of a pair comes first by `isBefore`. */
export type KeyedPair = DealVerdict & { left: string; right: string; rule: DealRule };
export type BlockWish = Record<BlockKind, string[]>;
/** Deals and pairs as they are kept, the moved deals as they are now. */
export type DealStore = {
  keyOf(deal: KnownDeal): string;
  isBefore(left: string, right: string): boolean;
  /** All deals of these blocks; of `title` and `spot` only where one of the block has no account. */
  members(blocks: BlockWish): Promise<KnownDeal[]>;
  deals(keys: string[]): Promise<KnownDeal[]>;
  /** With an end among these. */
  pairs(keys: string[]): Promise<KeyedPair[]>;
  around(companies: string[], titles: string[]): Promise<Around>;
};
export type MovedDeal = { key: string; before: KnownDeal | null; now: KnownDeal | null };

/** Pairs to drop and to put, and all deals whose pairs were looked at. */
export type DealsChange = { gone: KeyedPair[]; put: KeyedPair[]; touched: string[]; comparedCount: number };

export async function matchMovedDeals(
  store: DealStore,
  moved: readonly MovedDeal[],
  learnt: LearntDeals,
): Promise<DealsChange> {
  const changed = moved.flatMap(({ before, now }) => [before, now]).flatMap((deal) => (deal ? [named(deal)] : []));
  const blocks = eachKind((kind) => [...new Set(changed.flatMap((deal) => keyIn[kind](deal) ?? []))]);
  const movedKeys = new Set(moved.map(({ key }) => key));
  const scope = new Scope(store, learnt);
  scope.add([...(await store.members(blocks)), ...moved.flatMap(({ now }) => now ?? [])]);
  const start = [...new Set([...movedKeys, ...scope.deals.keys()])];

  const weighed = await scope.weigh(scope.pairsOf(blocks));
  const fresh = weighed.filter(({ decision }) => decision !== 'apart');
  const { reached, known } = await reachFrom(store, start, fresh);
  scope.add(await store.deals([...reached].filter((key) => !scope.deals.has(key) && !movedKeys.has(key))));

  const affected = eachKind((kind) => new Set(blocks[kind]));
  const isRedone = ({ left, right, rule }: KeyedPair) => {
    if (rule === 'chain' || movedKeys.has(left) || movedKeys.has(right)) return true;
    const [l, r] = [scope.deals.get(left), scope.deals.get(right)];
    const block = l && r ? blockOf(l, r) : null;
    return block !== null && affected[block.kind].has(block.key);
  };
  const old = known.filter(isRedone);
  const direct = [...known.filter((pair) => !isRedone(pair)), ...fresh];
  const untold = scope.untoldOf([...reached], direct);
  const found = [...fresh, ...(await scope.weigh(untold))];
  const names = new Set(found.map(pairKey));
  const before = new Map(old.map((pair) => [pairKey(pair), JSON.stringify(pair)]));
  return {
    gone: old.filter((pair) => !names.has(pairKey(pair))),
    put: found.filter((pair) => before.get(pairKey(pair)) !== JSON.stringify(pair)),
    touched: [...reached],
    comparedCount: weighed.length + untold.length,
  };
}

const eachKind = <T>(of: (kind: BlockKind) => T): Record<BlockKind, T> => ({
  company: of('company'),
  title: of('title'),
  spot: of('spot'),
});
const pairKey = ({ left, right }: Pick<KeyedPair, 'left' | 'right'>): string => `${left}\t${right}`;

/** All that links tie to these deals, by those that are kept and those found now; `known`: all pairs that are kept of them. */
async function reachFrom(store: DealStore, start: readonly string[], found: readonly KeyedPair[]) {
  const reached = new Set(start);
  const known = new Map<string, KeyedPair>();
  const others = Map.groupBy(
    found
      .filter(({ weight }) => weight > 0)
      .flatMap(({ left, right }) => [[left, right] as const, [right, left] as const]),
    ([from]) => from,
  );
  for (let next = [...start]; next.length > 0;) {
    const pairs = await store.pairs(next);
    for (const pair of pairs) known.set(pairKey(pair), pair);
    const ends = [
      ...pairs.filter(({ weight, rule }) => weight > 0 && rule !== 'chain').flatMap(({ left, right }) => [left, right]),
      ...next.flatMap((key) => (others.get(key) ?? []).map(([, other]) => other)),
    ];
    next = [...new Set(ends)].filter((key) => !reached.has(key));
    for (const key of next) reached.add(key);
  }
  return { reached, known: [...known.values()] };
}

type Wish = readonly [left: string, right: string, rule: DealRule];

/** The deals at hand. */
class Scope {
  readonly deals = new Map<string, NamedDeal>();
  private readonly store: DealStore;
  private readonly learnt: LearntDeals;

  constructor(store: DealStore, learnt: LearntDeals) {
    this.store = store;
    this.learnt = learnt;
  }

  add(deals: readonly KnownDeal[]): void {
    for (const deal of deals) this.deals.set(this.store.keyOf(deal), named(deal));
  }

  /** In the order of all deals. */
  private sorted(keys: Iterable<string>): string[] {
    return [...keys].filter((key) => this.deals.has(key)).sort((a, b) => (this.store.isBefore(a, b) ? -1 : 1));
  }

  /** @param blocks those of which all members are at hand */
  pairsOf(blocks: BlockWish): Wish[] {
    const keys = this.sorted(this.deals.keys());
    const dealAt = (at: number) => this.deals.get(keys[at]!)!;
    return blockKinds.flatMap((rule) => {
      const wanted = new Set(blocks[rule]);
      const groups = Map.groupBy(keys.keys(), (at) => keyIn[rule](dealAt(at)));
      return [...groups].flatMap(([key, members]) =>
        key === null || !wanted.has(key)
          ? []
          : pairsIn(rule, members, dealAt).compared.map(([left, right]): Wish => [keys[left]!, keys[right]!, rule]),
      );
    });
  }

  /** Of these deals, pairs in chains of links that no pair tells of. */
  untoldOf(keys: readonly string[], direct: readonly KeyedPair[]): Wish[] {
    const sorted = this.sorted(keys);
    const place = new Map(sorted.map((key, at) => [key, at]));
    const placed = direct.flatMap(({ left: l, right: r, weight }) => {
      const [left, right] = [place.get(l), place.get(r)];
      return left === undefined || right === undefined ? [] : [{ left, right, weight }];
    });
    return untoldPairs(sorted.length, placed).map(([left, right]) => [sorted[left]!, sorted[right]!, 'chain']);
  }

  async weigh(pairs: readonly Wish[]): Promise<KeyedPair[]> {
    const sides = pairs.map(([left, right]) => [this.deals.get(left)!, this.deals.get(right)!] as const);
    const companies = sides.flatMap(([left, right]) => (isOneCompany(left, right) ? [left.company!] : []));
    const titles = sides.flatMap(([left, right]) =>
      !isOneCompany(left, right) && left.title === right.title ? [left.title] : [],
    );
    if (pairs.length === 0) return [];
    const around = await this.store.around([...new Set(companies)], [...new Set(titles)]);
    const chances = chancesOf(this.learnt, around);
    return pairs.map(([left, right, rule], at) => {
      const [l, r] = sides[at]!;
      return { left, right, rule, ...decide(weigh(l, r, chances), this.learnt) };
    });
  }
}
