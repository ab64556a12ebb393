/** How often two different deals agree as these two do: by what was learnt of all, and by the deals around them. */
import type { NamedDeal } from './deal.ts';
import { beforehand, doubt, sameAmountBeforehand, sameNameBeforehand, sameOwnerBeforehand } from './given.ts';
import { type Different, type Field, tally } from './learnt.ts';
import {
  type AmountLevel,
  type CloseLevel,
  type DateLevel,
  type NameLevel,
  type OutcomeLevel,
  reach,
  type SameLevel,
} from './level.ts';

/** Counts of deals by company and, without an account, by title: of those that are weighed, as they are now. */
export type Around = {
  company(company: string): number;
  companySubject(company: string, subjectKey: string): number;
  companySubjectAmount(company: string, subjectKey: string, amount: number | null): number;
  title(title: string): number;
};

export function aroundOf(deals: readonly NamedDeal[]): Around {
  const titles = tally(deals, ({ title }) => title);
  const placed = deals.filter(({ company }) => company !== null);
  const companies = tally(placed, ({ company }) => company!);
  const subjects = tally(placed, ({ company, subjectKey }) => `${company}\t${subjectKey}`);
  const amounts = tally(placed, ({ company, subjectKey, amount }) => `${company}\t${subjectKey}\t${amount}`);
  return {
    company: (company) => companies.get(company) ?? 0,
    companySubject: (company, subjectKey) => subjects.get(`${company}\t${subjectKey}`) ?? 0,
    companySubjectAmount: (company, subjectKey, amount) => amounts.get(`${company}\t${subjectKey}\t${amount}`) ?? 0,
    title: (title) => titles.get(title) ?? 0,
  };
}

export type DealChances = {
  /** Of a pair of this company, or without one, that its names agree so. */
  name: (left: NamedDeal, right: NamedDeal, level: NameLevel) => number;
  amount: (left: NamedDeal, right: NamedDeal, level: AmountLevel) => number;
  created: (left: NamedDeal, right: NamedDeal, level: DateLevel) => number;
  close: (left: NamedDeal, right: NamedDeal, level: CloseLevel) => number;
  outcome: (level: OutcomeLevel) => number;
  owner: (left: NamedDeal, right: NamedDeal, level: SameLevel) => number;
  same: (field: 'type' | 'lead_source' | 'currency', level: SameLevel) => number;
  /** Deals among which a copy of these would be looked for. */
  among: (left: NamedDeal, right: NamedDeal) => number;
};

/** What was learnt, to be asked by value: made once, as it is asked for every record that moves. */
type Index = {
  counts: Record<'amounts' | 'subjects' | 'amountsOfSubject' | 'owners' | 'bothDays', ReadonlyMap<string, number>>;
  created: Days;
  close: Days;
};
const indexes = new WeakMap<Different, Index>();

function indexOf(learnt: Different): Index {
  const known = indexes.get(learnt);
  if (known) return known;
  const { amounts, subjects, amountsOfSubject, owners, bothDays, createdDays, closeDays } = learnt;
  const index = {
    counts: {
      amounts: new Map(amounts),
      subjects: new Map(subjects),
      amountsOfSubject: new Map(amountsOfSubject),
      owners: new Map(owners),
      bothDays: new Map(bothDays),
    },
    created: new Days(createdDays),
    close: new Days(closeDays),
  };
  indexes.set(learnt, index);
  return index;
}

export function chancesOf(learnt: Different, around: Around): DealChances {
  const of = (field: Field, level: string): number => learnt.shares[`${field} ${level}`]!;
  const all = learnt.dealCount;
  const { counts, created, close } = indexOf(learnt);
  const { amounts, subjects, amountsOfSubject, owners, bothDays } = counts;
  /** Counts without the pair itself, leaning on `before` as if it were so many more. */
  const share = (count: number | undefined, of: number | undefined, before: number, weight = doubt) =>
    (Math.max(0, (count ?? 0) - 2) + weight * before) / (Math.max(0, (of ?? 0) - 2) + weight);
  const dense = (days: Days, left: number, right: number, level: DateLevel, usual: number) => {
    if (level === 'later') return 0;
    const at = Math.min(left, right);
    return share(days.count(at - reach[level], at + reach[level]), all, usual);
  };
  return {
    among: (left, right) => {
      if (isOneCompany(left, right)) return around.company(left.company!);
      return left.title === right.title ? around.title(left.title) : all;
    },
    name: (left, right, level) => {
      if (!isOneCompany(left, right)) {
        if (left.title === right.title) return 1;
        const chance = share(subjects.get(left.subjectKey), all, sameNameBeforehand);
        return level === 'other words' ? 1 - chance : chance;
      }
      if (level === 'other words') return 1 - sameNameBeforehand;
      const company = left.company!;
      const count = Math.max(...[left, right].map((deal) => around.companySubject(company, deal.subjectKey)));
      const chance = share(count, around.company(company), sameNameBeforehand);
      // Of names that are the same in substance most are written alike; few different deals are a slip apart.
      return chance / (level === 'same' ? 1 : level === 'a letter apart' ? 10 : 2);
    },
    amount: (left, right, level) => {
      if (level !== 'same') return of('amount', level);
      const { amount, subjectKey } = left;
      const anywhere = share(amounts.get(String(amount)), all, sameAmountBeforehand);
      const ofWhat = share(amountsOfSubject.get(`${subjectKey}\t${amount}`), subjects.get(subjectKey), anywhere);
      const usual = Math.max(ofWhat, anywhere, of('amount', level));
      if (!isOneCompany(left, right)) return usual;
      const company = left.company!;
      const same = around.companySubjectAmount(company, subjectKey, amount);
      return Math.max(usual, share(same, around.companySubject(company, subjectKey), ofWhat, 6));
    },
    created: (left, right, level) => {
      const usual = isOneCompany(left, right) ? of('created_on', level) : beforehand.created_on[level] / 3;
      return Math.max(usual, dense(created, left.created_day!, right.created_day!, level, usual));
    },
    close: (left, right, level) => {
      const isSitting = left.created_day !== null && left.created_day === right.created_day;
      const learntShare = of(isSitting ? 'close_on_of_one_sitting' : 'close_on', level);
      if (level === 'as far as the day created') return learntShare;
      const usual = Math.max(learntShare, dense(close, left.close_day!, right.close_day!, level, learntShare));
      if (!isSitting || level !== 'same day') return usual;
      // Deals loaded in one go share both days: the second then says nothing that the first did not.
      const day = left.created_day!;
      return Math.max(usual, share(bothDays.get(`${day} ${left.close_day}`), created.count(day, day), usual));
    },
    outcome: (level) => of('outcome', level),
    owner: (left, right, level) => {
      if (isOneCompany(left, right)) return of('owner', level);
      const same = share(owners.get(left.owner ?? ''), all, sameOwnerBeforehand);
      return level === 'same' ? same : 1 - same;
    },
    same: (field, level) => of(field, level),
  };
}

export const isOneCompany = (left: NamedDeal, right: NamedDeal): boolean =>
  left.company !== null && left.company === right.company;

/** How many deals have a day of a range. */
class Days {
  private readonly days: number[];
  /** Deals up to each of them. */
  private readonly sums: number[] = [];

  constructor(counts: readonly (readonly [day: number, count: number])[]) {
    this.days = counts.map(([day]) => day);
    let sum = 0;
    for (const [, count] of counts) this.sums.push((sum += count));
  }

  count(from: number, through: number): number {
    return this.upTo(through) - this.upTo(from - 1);
  }

  private upTo(day: number): number {
    let [low, high] = [0, this.days.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.days[middle]! <= day) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.sums[low - 1]!;
  }
}
