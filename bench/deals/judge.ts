/** Deals with their truth into what the matcher finds of it, and how far the win rate is from the true one. */
import { clusterPairs } from '../../src/matcher/cluster/components.ts';
import { type DealPair, type DealPairs, dealPairs } from '../../src/matcher/deal/pairs.ts';
import type { LabelledDeal, Planted } from './plant.ts';

export type DealScore = {
  deals: number;
  truePairs: number;
  links: number;
  rightLinks: number;
  reviews: number;
  precision: number;
  recall: number;
  winRate: { truth: number; raw: number; clean: number };
  /** What the matcher says of its own groups. */
  assessment: DealPairs['assessment'];
  /** Linked and two, with their names. */
  wrong: (DealPair & { names: string[] })[];
};

export function judgeDeals({ deals, companyNames }: Pick<Planted, 'deals' | 'companyNames'>): DealScore {
  const { pairs, assessment } = dealPairs(deals, companyNames);
  const clusters = clusterPairs(deals.length, {
    left: Int32Array.from(pairs, ({ left }) => left),
    right: Int32Array.from(pairs, ({ right }) => right),
    score: Float64Array.from(pairs, ({ weight }) => weight),
  });
  const found = [...Map.groupBy(deals.keys(), (at) => clusters[at]!).values()];
  const truth = [...Map.groupBy(deals.keys(), (at) => deals[at]!.truth).values()];
  const linked = found.flatMap(pairsIn);
  const isRight = ([left, right]: [number, number]) => deals[left]!.truth === deals[right]!.truth;
  const rightLinks = linked.filter(isRight).length;
  const truePairs = truth.flatMap(pairsIn).length;
  return {
    deals: deals.length,
    truePairs,
    links: linked.length,
    rightLinks,
    reviews: pairs.filter(({ decision }) => decision === 'review').length,
    precision: linked.length === 0 ? 1 : rightLinks / linked.length,
    recall: truePairs === 0 ? 1 : rightLinks / truePairs,
    winRate: {
      truth: winRate(truth.map((of) => counted(deals, of))),
      raw: winRate(deals),
      clean: winRate(found.map((of) => counted(deals, of))),
    },
    assessment,
    wrong: pairs
      .filter(({ decision, left, right }) => decision === 'link' && !isRight([left, right]))
      .map((pair) => ({ ...pair, names: [pair.left, pair.right].map((at) => `${deals[at]!.id} ${deals[at]!.name}`) })),
  };
}

function pairsIn(members: number[]): [number, number][] {
  return members.flatMap((left, at) => members.slice(at + 1).map((right): [number, number] => [left, right]));
}

/** Of copies the won one counts, else the open one, else the lost one. */
function counted(deals: readonly LabelledDeal[], of: readonly number[]): LabelledDeal {
  const order = ['won', 'open', 'lost'];
  const rank = (at: number) => order.indexOf(deals[at]!.outcome ?? 'open');
  return deals[of.toSorted((a, b) => rank(a) - rank(b))[0]!]!;
}

function winRate(deals: readonly LabelledDeal[]): number {
  const won = deals.filter(({ outcome }) => outcome === 'won').length;
  const lost = deals.filter(({ outcome }) => outcome === 'lost').length;
  return won / (won + lost);
}
