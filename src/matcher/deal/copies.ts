/** What copies have in common, and how many there are: set by hand, and learnt as far as an org has copies to learn from. */
import { type CopyChances, type Copying, type CopyLevel, ofCopies } from './given.ts';
import { bitsOf, type WeighedDeals } from './weigh.ts';

/** Share of deals that are entered again: from `start` on and within these bounds (7 % in the seeded orgs). */
const copyRate = { start: 0.02, least: 0.005, most: 0.15 };
const rounds = 8;
/** As if so many deals had been seen before, and so many copies by the chances that are set by hand. */
const [dealsBefore, copiesBefore] = [1000, 300];

const groups = Object.entries(ofCopies).map(([group, levels]) =>
  Object.entries(levels).map(([level, chance]) => [`${group} ${level}`, chance] as const),
);
export const byHand: CopyChances = Object.fromEntries(groups.flat());

/** Expectation maximisation over pairs, of which `right` says what deal may be a copy. */
export function learnCopying(pairs: readonly (WeighedDeals & { right: number })[], dealCount: number): Copying {
  let learnt: Copying = { rate: copyRate.start, copies: byHand };
  for (let round = 0; round < rounds; round += 1) learnt = learnAgain(pairs, dealCount, learnt);
  return learnt;
}

function learnAgain(pairs: readonly (WeighedDeals & { right: number })[], dealCount: number, before: Copying): Copying {
  const found = new Map<number, { probability: number; pair: WeighedDeals }>();
  for (const pair of pairs) {
    if (pair.order !== null) continue;
    const probability = 1 / (1 + 2 ** -bitsOf(pair, before));
    // A deal is the copy of one other at most.
    if (probability > (found.get(pair.right)?.probability ?? 0)) found.set(pair.right, { probability, pair });
  }
  const counts = new Map<CopyLevel, number>();
  let copyCount = 0;
  for (const { probability, pair } of found.values()) {
    copyCount += probability;
    for (const { of } of pair.parts) if (of !== null) counts.set(of, (counts.get(of) ?? 0) + probability);
  }
  const rate = (copyCount + dealsBefore * copyRate.start) / (dealCount + dealsBefore);
  const copies = groups.flatMap((levels) => {
    const total = levels.reduce((sum, [of]) => sum + (counts.get(of) ?? 0), 0);
    return levels.map(
      ([of, chance]) => [of, ((counts.get(of) ?? 0) + copiesBefore * chance) / (total + copiesBefore)] as const,
    );
  });
  return { rate: Math.min(copyRate.most, Math.max(copyRate.least, rate)), copies: Object.fromEntries(copies) };
}
