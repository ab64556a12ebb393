/** All deals into chances: how often a copy, and how often two different deals of one company, agree in a field. */
import type { NamedDeal } from './deal.ts';
import {
  amountLevel,
  type AmountLevel,
  type DateLevel,
  dateLevel,
  type NameLevel,
  type OutcomeLevel,
  outcomeLevel,
  reach,
  type SameLevel,
  sameLevel,
  sequence,
} from './level.ts';

/**
 * Of copies, set by hand: an org has too few for learning. Chosen on the seeded orgs and the copies planted in
 * `bench -- deals`; what no file of ours has (a copy closed as lost, say) got a low share, never none.
 */
export const ofCopies = {
  name: {
    same: 0.6,
    'same but for the company’s name': 0.28,
    'a letter apart': 0.06,
    'words added': 0.05,
    'other words': 0.01,
  } satisfies Record<NameLevel, number>,
  amount: { same: 0.84, 'within 5 %': 0.06, 'within 25 %': 0.06, differs: 0.04 } satisfies Record<AmountLevel, number>,
  created_on: {
    'same day': 0.35,
    'within 2 days': 0.22,
    'within 7 days': 0.27,
    'within 31 days': 0.12,
    'within 92 days': 0.03,
    later: 0.01,
  } satisfies Record<DateLevel, number>,
  /** A copy left behind when the deal closed keeps the day it was expected to; two closed ones hardly differ. */
  close_on: {
    closed: {
      'same day': 0.78,
      'within 2 days': 0.08,
      'within 7 days': 0.07,
      'within 31 days': 0.05,
      'within 92 days': 0.015,
      later: 0.005,
    },
    open: {
      'same day': 0.6,
      'within 2 days': 0.08,
      'within 7 days': 0.08,
      'within 31 days': 0.12,
      'within 92 days': 0.08,
      later: 0.04,
    },
  } satisfies Record<string, Record<DateLevel, number>>,
  outcome: { same: 0.72, 'open and won': 0.1, 'open and lost': 0.1, 'won and lost': 0.08 } satisfies Record<
    OutcomeLevel,
    number
  >,
  owner: { same: 0.65, differs: 0.35 },
  type: { same: 0.93, differs: 0.07 },
  lead_source: { same: 0.9, differs: 0.1 },
  currency: { same: 0.99, differs: 0.01 },
};

/** Of two different deals of one company, before any is seen; counts as much as `doubt` pairs of the file. */
const beforehand = {
  /** Of orders of the same name that followed one another: many are for the same amount. */
  amount: { same: 0.15, 'within 5 %': 0.1, 'within 25 %': 0.25, differs: 0.5 },
  created_on: {
    'same day': 0.02,
    'within 2 days': 0.015,
    'within 7 days': 0.035,
    'within 31 days': 0.1,
    'within 92 days': 0.16,
    later: 0.67,
  },
  close_on: {
    'same day': 0.03,
    'within 2 days': 0.02,
    'within 7 days': 0.05,
    'within 31 days': 0.1,
    'within 92 days': 0.15,
    later: 0.65,
  },
  /** Deals entered in one sitting often get one close date. */
  close_on_of_one_sitting: {
    'same day': 0.15,
    'within 2 days': 0.03,
    'within 7 days': 0.05,
    'within 31 days': 0.1,
    'within 92 days': 0.15,
    later: 0.52,
  },
  outcome: { same: 0.5, 'open and won': 0.2, 'open and lost': 0.15, 'won and lost': 0.15 },
  owner: { same: 0.6, differs: 0.4 },
  type: { same: 0.6, differs: 0.4 },
  lead_source: { same: 0.5, differs: 0.5 },
  currency: { same: 0.95, differs: 0.05 },
} as const;
const doubt = 10;
const sameNameBeforehand = 0.05;
const sameAmountBeforehand = 0.02;
const sameOwnerBeforehand = 0.1;
/** Pairs of different deals that are looked at, at most: of each company, and in all. */
const [perCompany, inAll] = [2000, 200_000];

type Field = keyof typeof beforehand;

export type DealChances = {
  /** Share of the deals a pair of this company, or without one, is met among that bear its name. */
  name: (left: NamedDeal, right: NamedDeal, level: NameLevel) => number;
  amount: (left: NamedDeal, level: AmountLevel) => number;
  created: (left: NamedDeal, right: NamedDeal, level: DateLevel) => number;
  close: (left: NamedDeal, right: NamedDeal, level: DateLevel) => number;
  outcome: (level: OutcomeLevel) => number;
  owner: (left: NamedDeal, right: NamedDeal, level: SameLevel) => number;
  same: (field: 'type' | 'lead_source' | 'currency', level: SameLevel) => number;
  /** Deals among which a copy of these would be looked for. */
  among: (left: NamedDeal, right: NamedDeal) => number;
};

export function learnChances(deals: readonly NamedDeal[]): DealChances {
  const seen = countDifferent(deals);
  const shares = new Map(
    Object.entries(beforehand).flatMap(([field, levels]) => {
      const counts = seen[field as Field];
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return Object.entries(levels).map(
        ([level, before]) =>
          [`${field} ${level}`, ((counts.get(level) ?? 0) + doubt * before) / (total + doubt)] as const,
      );
    }),
  );
  const learnt = (field: Field, level: string): number => shares.get(`${field} ${level}`)!;
  const all = deals.length;
  const company = tally(deals, ({ company: of }) => of);
  const titled = tally(deals, ({ title }) => title);
  const ofCompany = tally(deals, (deal) => companySubject(deal));
  const amounts = tally(deals, ({ amount }) => amount);
  const subjects = tally(deals, ({ subjectKey }) => subjectKey);
  const amountOfSubject = tally(deals, ({ subjectKey, amount }) => `${subjectKey}\t${amount}`);
  const amountOfCompany = tally(deals, (deal) => `${companySubject(deal)}\t${deal.amount}`);
  const owners = tally(deals, ({ owner }) => owner);
  const bothDays = tally(deals, (deal) => `${deal.created_day} ${deal.close_day}`);
  const created = daysOf(deals, 'created_day');
  const close = daysOf(deals, 'close_day');
  const isOneCompany = (left: NamedDeal, right: NamedDeal) => left.company !== null && left.company === right.company;
  /** Counts without the pair itself, leaning on `before` as if it were so many more. */
  const share = (count: number, of: number, before: number, weight = doubt) =>
    (Math.max(0, count - 2) + weight * before) / (Math.max(0, of - 2) + weight);
  const dense = (days: Int32Array, left: number, right: number, level: DateLevel) => {
    if (level === 'later') return 0;
    const within = reach[level];
    const at = Math.min(left, right);
    return Math.max(0, countUpTo(days, at + within) - countUpTo(days, at - within - 1) - 2) / Math.max(1, all - 2);
  };
  return {
    among: (left, right) =>
      isOneCompany(left, right)
        ? company.get(left.company)!
        : Math.max(titled.get(left.title)!, titled.get(right.title)!),
    name: (left, right, level) => {
      if (!isOneCompany(left, right)) return level === 'same' ? 1 : 0.1;
      const of = company.get(left.company)!;
      if (level === 'other words') return 1 - sameNameBeforehand;
      const count = (deal: NamedDeal) => ofCompany.get(companySubject(deal))!;
      const chance = share(Math.max(count(left), count(right)), of, sameNameBeforehand);
      // Of names that are the same in substance most are written alike; few different deals are a slip apart.
      return chance / (level === 'same' ? 1 : level === 'a letter apart' ? 10 : 2);
    },
    amount: (left, level) => {
      const { amount } = left;
      const anywhere = share(amounts.get(amount)!, all, sameAmountBeforehand);
      const key = (deal: NamedDeal) => subjects.get(deal.subjectKey)!;
      const ofWhat = share(amountOfSubject.get(`${left.subjectKey}\t${amount}`)!, key(left), anywhere);
      const here = share(
        amountOfCompany.get(`${companySubject(left)}\t${amount}`)!,
        ofCompany.get(companySubject(left))!,
        ofWhat,
        6,
      );
      return level === 'same' ? Math.max(here, ofWhat, anywhere, learnt('amount', level)) : learnt('amount', level);
    },
    created: (left, right, level) =>
      Math.max(
        isOneCompany(left, right) ? learnt('created_on', level) : beforehand.created_on[level] / 3,
        dense(created, left.created_day!, right.created_day!, level),
      ),
    close: (left, right, level) => {
      const isSitting = left.created_day !== null && left.created_day === right.created_day;
      const field = isSitting ? 'close_on_of_one_sitting' : 'close_on';
      const usual = Math.max(learnt(field, level), dense(close, left.close_day!, right.close_day!, level));
      if (!isSitting || level !== 'same day') return usual;
      // Deals loaded in one go share both days: the second then says nothing that the first did not.
      const day = left.created_day!;
      return Math.max(
        usual,
        share(bothDays.get(`${day} ${left.close_day}`)!, countUpTo(created, day) - countUpTo(created, day - 1), usual),
      );
    },
    outcome: (level) => learnt('outcome', level),
    owner: (left, right, level) => {
      if (isOneCompany(left, right)) return learnt('owner', level);
      const same = share(owners.get(left.owner)!, all, sameOwnerBeforehand);
      return level === 'same' ? same : 1 - same;
    },
    same: (field, level) => learnt(field, level),
  };
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
        add(isSitting ? 'close_on_of_one_sitting' : 'close_on', dateLevel(one.close_day, other.close_day));
        add('outcome', outcomeLevel(one, other));
        for (const field of ['owner', 'type', 'lead_source', 'currency'] as const)
          add(field, sameLevel(one[field], other[field]));
      }
    }
  }
  return counts;
}

const companySubject = ({ company, subjectKey }: NamedDeal) => `${company ?? ''}\t${subjectKey}`;

function tally<Key>(deals: readonly NamedDeal[], keyOf: (deal: NamedDeal) => Key): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const deal of deals) {
    const key = keyOf(deal);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function daysOf(deals: readonly NamedDeal[], field: 'created_day' | 'close_day'): Int32Array {
  return Int32Array.from(deals.flatMap((deal) => deal[field] ?? [])).sort();
}

/** How many days are `day` or before. */
function countUpTo(days: Int32Array, day: number): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]! <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}
