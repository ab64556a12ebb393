/** All deals of an org into what different ones have in common: kept as it was learnt, so that what moves is weighed by it. */
import type { NamedDeal } from './deal.ts';
import { beforehand, type Copying, doubt } from './given.ts';
import { amountLevel, closeLevel, dateLevel, outcomeLevel, sameLevel, sequence } from './level.ts';

export type Field = keyof typeof beforehand;
type Counts = [value: string, count: number][];

/** Plain values, to be kept as JSON. */
export type LearntDeals = Copying & {
  dealCount: number;
  /** By field and level, of pairs of different deals of one company. */
  shares: Record<string, number>;
  /** Deals that share a value; values of one or two are left out, as a pair is counted without itself. */
  amounts: Counts;
  subjects: Counts;
  amountsOfSubject: Counts;
  owners: Counts;
  bothDays: Counts;
  createdDays: [day: number, count: number][];
  closeDays: [day: number, count: number][];
};

/** Pairs of different deals that are looked at, at most: of each company, and in all. */
const [perCompany, inAll] = [2000, 200_000];

/** What different deals have in common: all that can be learnt before pairs are weighed. */
export type Different = Omit<LearntDeals, keyof Copying>;

export function learnDeals(deals: readonly NamedDeal[]): Different {
  const seen = countDifferent(deals);
  const shares = Object.entries(beforehand).flatMap(([field, levels]) => {
    const counts = seen[field as Field];
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return Object.entries(levels).map(
      ([level, before]) =>
        [`${field} ${level}`, ((counts.get(level) ?? 0) + doubt * before) / (total + doubt)] as const,
    );
  });
  return {
    dealCount: deals.length,
    shares: Object.fromEntries(shares),
    amounts: often(deals, ({ amount }) => String(amount)),
    subjects: often(deals, ({ subjectKey }) => subjectKey),
    amountsOfSubject: often(deals, ({ subjectKey, amount }) => `${subjectKey}\t${amount}`),
    owners: often(deals, ({ owner }) => owner ?? ''),
    bothDays: often(deals, (deal) => `${deal.created_day} ${deal.close_day}`),
    createdDays: daysOf(deals, 'created_day'),
    closeDays: daysOf(deals, 'close_day'),
  };
}

function often(deals: readonly NamedDeal[], keyOf: (deal: NamedDeal) => string): Counts {
  return [...tally(deals, keyOf)].filter(([, count]) => count > 2);
}

export function tally<Of>(all: readonly Of[], keyOf: (one: Of) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) {
    const key = keyOf(one);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function daysOf(deals: readonly NamedDeal[], field: 'created_day' | 'close_day'): [number, number][] {
  const known = deals.filter((deal) => deal[field] !== null);
  return [...tally(known, (deal) => String(deal[field]))]
    .map(([day, count]): [number, number] => [Number(day), count])
    .sort(([a], [b]) => a - b);
}

/** Levels of pairs of one company with other names, hence surely different deals. */
function countDifferent(deals: readonly NamedDeal[]): Record<Field, Map<string, number>> {
  const counts = Object.fromEntries(
    Object.keys(beforehand).map((field) => [field, new Map<string, number>()]),
  ) as Record<Field, Map<string, number>>;
  const add = (field: Field, level: string | null) => {
    if (level !== null) counts[field].set(level, (counts[field].get(level) ?? 0) + 1);
  };
  let left = inAll;
  for (const [company, of] of Map.groupBy(deals, (deal) => deal.company)) {
    if (company === null) continue;
    let own = perCompany;
    for (const [at, one] of of.entries()) {
      for (const other of of.slice(at + 1, at + 1 + own)) {
        if (own === 0 || left === 0) break;
        if (one.subjectKey === other.subjectKey) {
          if (sequence(one, other) === 'a new order') add('amount', amountLevel(one.amount, other.amount));
          continue;
        }
        own -= 1;
        left -= 1;
        add('created_on', dateLevel(one.created_day, other.created_day));
        const isSitting = one.created_day !== null && one.created_day === other.created_day;
        add(isSitting ? 'close_on_of_one_sitting' : 'close_on', closeLevel(one, other));
        add('outcome', outcomeLevel(one, other));
        for (const field of ['owner', 'type', 'lead_source', 'currency'] as const)
          add(field, sameLevel(one[field], other[field]));
      }
    }
  }
  return counts;
}
