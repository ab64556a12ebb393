/** Deals into the pairs that may be one deal entered twice, each with its evidence. */
import { type BlockKind, blockKinds, keyIn, pairsIn } from './block.ts';
import type { Assessment } from '../../model/assessment.ts';
import { assessDeals } from './assess.ts';
import { untoldPairs } from './chain.ts';
import { aroundOf, chancesOf } from './chance.ts';
import { learnCopying } from './copies.ts';
import { type Deal, nameDeals, type NamedDeal } from './deal.ts';
import { learnDeals, type LearntDeals } from './learnt.ts';
import { decide, type DealVerdict, weigh, type WeighedDeals } from './weigh.ts';

/** How the two came to be compared: in a block, or as ends of a chain of links. */
export type DealRule = BlockKind | 'chain';
/** Places in the list; the left one is the earlier. */
export type DealPair = DealVerdict & { left: number; right: number; rule: DealRule };
export type DealPairs = { pairs: DealPair[]; notComparedCount: number; learnt: LearntDeals; assessment: Assessment };

/** @param companyNames every spelling of each golden company */
export function dealPairs(deals: readonly Deal[], companyNames: ReadonlyMap<string, readonly string[]>): DealPairs {
  return pairsOf(nameDeals(deals, companyNames));
}

/** @param given weighs by what was learnt before, instead of learning anew */
export function pairsOf(deals: readonly NamedDeal[], given?: LearntDeals): DealPairs {
  const learning = given ?? learnDeals(deals);
  const chances = chancesOf(learning, aroundOf(deals));
  let notComparedCount = 0;
  const weighed: (WeighedDeals & { left: number; right: number; rule: BlockKind })[] = [];
  for (const rule of blockKinds) {
    for (const [key, members] of Map.groupBy(deals.keys(), (at) => keyIn[rule](deals[at]!))) {
      if (key === null || members.length < 2) continue;
      const found = pairsIn(rule, members, (at) => deals[at]!);
      notComparedCount += found.notComparedCount;
      for (const [left, right] of found.compared)
        weighed.push({ left, right, rule, ...weigh(deals[left]!, deals[right]!, chances) });
    }
  }
  const learnt = given ?? { ...learning, ...learnCopying(weighed, deals.length) };
  const pairs: DealPair[] = [];
  const verdicts: DealVerdict[] = [];
  for (const { left, right, rule, ...one } of weighed) {
    const verdict = decide(one, learnt);
    verdicts.push(verdict);
    if (verdict.decision !== 'apart') pairs.push({ left, right, rule, ...verdict });
  }
  for (const [left, right] of untoldPairs(deals.length, pairs)) {
    const verdict = decide(weigh(deals[left]!, deals[right]!, chances), learnt);
    pairs.push({ left, right, rule: 'chain', ...verdict });
  }
  return { pairs, notComparedCount, learnt, assessment: assessDeals(verdicts) };
}
