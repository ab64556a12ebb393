/** Deals into the pairs that may be one deal entered twice, each with its evidence. */
import { linked } from '../cluster/components.ts';
import { type DealChances, learnChances, ofCopies } from './chance.ts';
import { type Deal, nameDeals, type NamedDeal } from './deal.ts';
import { amountLevel, dateLevel, nameLevel, outcomeLevel, sameLevel, sequence } from './level.ts';

export type DealEvidence = { field: string; level: string; weight: number };
export type DealPair = {
  left: number;
  right: number;
  /** Bits above what money asks for: clustering links above 0. */
  weight: number;
  /** That the two are one. */
  probability: number;
  decision: 'link' | 'review' | 'apart';
  evidence: DealEvidence[];
};

/** Share of deals that are entered again: learnt from the file, from `start` on and within these bounds (7 % in the seeded orgs). */
const copyRate = { start: 0.02, least: 0.005, most: 0.15, rounds: 8 };
/** What money asks for: of the links that just pass 1 in 20 may be wrong, of all of them 1 in 100 is (`bench -- deals`). */
const certainty = Math.log2(0.95 / 0.05);
/** From one chance in five on somebody is asked. */
const reviewFrom = Math.log2(0.2 / 0.8);
/** A deal opened after the other closed is a new order, whatever else agrees. */
const against = { 'a new order': -30, 'entered late': -10 } as const;
/** Two companies have two deals: a company entered twice is one here. */
const otherCompany = -20;
/** Deals with a common key beyond these are told apart by amount and days, or are not compared. */
const blockCap = 200;

/** The left of a pair is the earlier in the list. @param companyNames every spelling of each golden company */
export function dealPairs(
  deals: readonly Deal[],
  companyNames: ReadonlyMap<string, readonly string[]>,
): { pairs: DealPair[]; notComparedCount: number } {
  const named = nameDeals(deals, companyNames);
  const chances = learnChances(named);
  const { compared, notComparedCount } = candidates(named);
  const pairs: DealPair[] = [];
  const known = new Set<string>();
  const weighed = compared.map(([left, right]) => weigh(named, left, right, chances));
  const rate = learnRate(weighed, named.length);
  for (const one of weighed) {
    const pair = decide(one, rate);
    if (pair.decision === 'apart') continue;
    known.add(`${pair.left} ${pair.right}`);
    pairs.push(pair);
  }
  return { pairs: [...pairs, ...inside(named, pairs, known, chances, rate)], notComparedCount };
}

/** What speaks against inside a chain of links: A may be B and B may be C where C is an order after A. */
function inside(
  named: readonly NamedDeal[],
  pairs: readonly DealPair[],
  known: Set<string>,
  chances: DealChances,
  rate: number,
): DealPair[] {
  const scored = {
    left: Int32Array.from(pairs, ({ left }) => left),
    right: Int32Array.from(pairs, ({ right }) => right),
    score: Float64Array.from(pairs, ({ weight }) => weight),
  };
  const sets = linked(named.length, scored);
  const members = new Set(pairs.flatMap((pair) => (pair.decision === 'link' ? [pair.left, pair.right] : [])));
  const found: DealPair[] = [];
  for (const chain of Map.groupBy(
    [...members].sort((a, b) => a - b),
    (at) => sets.find(at),
  ).values()) {
    for (const [index, left] of chain.entries()) {
      for (const right of chain.slice(index + 1)) {
        if (!known.has(`${left} ${right}`)) found.push(decide(weigh(named, left, right, chances), rate));
      }
    }
  }
  return found;
}

/** @returns pairs of places, each once, the smaller first */
function candidates(named: readonly NamedDeal[]): { compared: [number, number][]; notComparedCount: number } {
  const seen = new Set<number>();
  const compared: [number, number][] = [];
  let notComparedCount = 0;
  const among = (block: readonly number[], isWanted: (left: NamedDeal, right: NamedDeal) => boolean) => {
    for (const [index, left] of block.entries()) {
      for (let at = index + 1; at < block.length; at += 1) {
        const right = block[at]!;
        const key = left * named.length + right;
        // Other words are another deal: what was sold beside it, often on one day.
        if (!isWanted(named[left]!, named[right]!) || nameLevel(named[left]!, named[right]!) === 'other words')
          continue;
        if (seen.has(key)) continue;
        seen.add(key);
        compared.push([left, right]);
      }
    }
  };
  const keys: [(deal: NamedDeal) => string | null, isBlank: boolean][] = [
    [({ company }) => company, false],
    // Without an account a deal is met under its name, and under what it is worth to whom and when.
    [({ title }) => title || null, true],
    [
      ({ owner, amount, close_day: day }) => (owner && amount && day !== null ? `${owner} ${amount} ${day}` : null),
      true,
    ],
  ];
  for (const [keyOf, isBlank] of keys) {
    const isWanted = isBlank
      ? (left: NamedDeal, right: NamedDeal) => left.company === null || right.company === null
      : () => true;
    for (const [key, block] of Map.groupBy(named.keys(), (at) => keyOf(named[at]!))) {
      if (key === null) continue;
      if (block.length <= blockCap) {
        among(block, isWanted);
        continue;
      }
      const before = compared.length;
      for (const finer of finerKeys) {
        const parts = Map.groupBy(block, (at) => finer(named[at]!));
        for (const [part, of] of parts) if (part !== null && of.length <= blockCap) among(of, isWanted);
      }
      notComparedCount += (block.length * (block.length - 1)) / 2 - (compared.length - before);
    }
  }
  return { compared, notComparedCount };
}

const finerKeys: ((deal: NamedDeal) => string | null)[] = [
  ({ subjectKey, close_day: day }) => (day === null ? null : `${subjectKey} ${day}`),
  ({ subjectKey, amount }) => (amount ? `${subjectKey} ${amount}` : null),
  ({ subjectKey, created_day: day }) => (day === null ? null : `${subjectKey} ${day}`),
  ({ amount, close_day: day }) => (amount && day !== null ? `${amount} ${day}` : null),
];

function weigh(named: readonly NamedDeal[], l: number, r: number, chances: DealChances): WeighedPair {
  const [left, right] = [named[l]!, named[r]!];
  const evidence: DealEvidence[] = [];
  const add = (field: string, level: string, copies: number, others: number) =>
    evidence.push({ field, level, weight: Math.log2(copies / others) });
  const name = nameLevel(left, right);
  if (name) add('name', name, ofCopies.name[name], chances.name(left, right, name));
  const amount = amountLevel(left.amount, right.amount);
  if (amount) add('amount', amount, ofCopies.amount[amount], chances.amount(left, amount));
  const created = dateLevel(left.created_day, right.created_day);
  if (created) add('created_on', created, ofCopies.created_on[created], chances.created(left, right, created));
  const close = dateLevel(left.close_day, right.close_day);
  const isClosed = [left, right].every(({ outcome }) => outcome === 'won' || outcome === 'lost');
  if (close) {
    const ofCopy = ofCopies.close_on[isClosed ? 'closed' : 'open'][close];
    add('close_on', close, ofCopy, chances.close(left, right, close));
  }
  const outcome = outcomeLevel(left, right);
  if (outcome) add('outcome', outcome, ofCopies.outcome[outcome], chances.outcome(outcome));
  const owner = sameLevel(left.owner, right.owner);
  if (owner) add('owner', owner, ofCopies.owner[owner], chances.owner(left, right, owner));
  for (const field of ['type', 'lead_source', 'currency'] as const) {
    const level = sameLevel(left[field], right[field]);
    if (level) add(field, level, ofCopies[field][level], chances.same(field, level));
  }
  if (left.company !== right.company) {
    if (left.company !== null && right.company !== null)
      evidence.push({ field: 'company', level: 'differs', weight: otherCompany });
    else evidence.push({ field: 'company', level: 'blank in one', weight: -1 });
  }
  const among = Math.max(1, chances.among(left, right) - 1);
  return { left: l, right: r, among, order: sequence(left, right), evidence };
}

type WeighedPair = Pick<DealPair, 'left' | 'right' | 'evidence'> & {
  /** Deals of which the other one may be the copy. */
  among: number;
  order: ReturnType<typeof sequence>;
};

const bitsOf = ({ evidence, among }: WeighedPair, rate: number) =>
  evidence.reduce((total, { weight }) => total + weight, Math.log2((2 * rate) / among));

/** Expectation maximisation of the one number that a file has enough deals for. */
function learnRate(pairs: readonly WeighedPair[], dealCount: number): number {
  let rate = copyRate.start;
  for (let round = 0; round < copyRate.rounds; round += 1) {
    const found = new Map<number, number>();
    for (const pair of pairs) {
      if (pair.order !== null) continue;
      const probability = 1 / (1 + 2 ** -bitsOf(pair, rate));
      // A deal is the copy of one other at most.
      found.set(pair.right, Math.max(found.get(pair.right) ?? 0, probability));
    }
    const copies = [...found.values()].reduce((sum, probability) => sum + probability, 0);
    // As if a thousand deals had been seen before.
    const learnt = (copies + 1000 * copyRate.start) / (dealCount + 1000);
    rate = Math.min(copyRate.most, Math.max(copyRate.least, learnt));
  }
  return rate;
}

function decide(pair: WeighedPair, rate: number): DealPair {
  const { left, right, order } = pair;
  const sum = bitsOf(pair, rate);
  // Never a link, however much agrees.
  const after = order === null ? 0 : Math.min(against[order], certainty - 1 - sum);
  const evidence =
    order === null ? pair.evidence : [...pair.evidence, { field: 'sequence', level: order, weight: after }];
  const bits = sum + after;
  const weight = bits - certainty;
  const decision = weight > 0 ? 'link' : bits >= reviewFrom ? 'review' : 'apart';
  return { left, right, weight, probability: 1 / (1 + 2 ** -bits), decision, evidence };
}
