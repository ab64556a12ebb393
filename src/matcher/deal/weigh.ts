/** Two deals into the weight of what speaks for and against their being one, and into what is done about them. */
import { type DealChances, isOneCompany } from './chance.ts';
import type { NamedDeal } from './deal.ts';
import type { CopyChances, CopyLevel, Copying } from './given.ts';
import { amountLevel, closeLevel, dateLevel, nameLevel, outcomeLevel, sameLevel, sequence } from './level.ts';

export type DealEvidence = { field: string; level: string; weight: number };
export type DealVerdict = {
  /** Bits above what money asks for: clustering links above 0. */
  weight: number;
  /** That the two are one. */
  probability: number;
  decision: 'link' | 'review' | 'apart';
  evidence: DealEvidence[];
};
/** A level, and the chances of it: `of` names that of copies, `others` is that of different deals. */
export type DealPart = { field: string; level: string; of: CopyLevel | null; others: number };
export type WeighedDeals = {
  parts: DealPart[];
  /** Deals of which the other one may be the copy. */
  among: number;
  order: ReturnType<typeof sequence>;
};

/** What money asks for: of the links that just pass 1 in 20 may be wrong, of all of them 1 in 100 is (`bench -- deals`). */
const certainty = Math.log2(0.96 / 0.04);
/** From one chance in five on somebody is asked. */
const reviewFrom = Math.log2(0.2 / 0.8);
/** A deal opened after the other closed is a new order, whatever else agrees. */
const against = { 'a new order': -30, 'entered late': -10 } as const;
/** How much likelier of different deals: two companies have two deals, as a company entered twice is one here. */
const [otherCompany, blankInOne] = [2 ** 20, 2];
/** Of copies agreement comes together, as some are saved twice: four times as often as its parts would by themselves. */
const togetherSame = 1 / 32;

export function weigh(left: NamedDeal, right: NamedDeal, chances: DealChances): WeighedDeals {
  const parts: DealPart[] = [];
  const add = (field: string, level: string, others: number, group = field) =>
    parts.push({ field, level, of: `${group} ${level}`, others });
  const name = nameLevel(left, right);
  if (name) add('name', name, chances.name(left, right, name));
  const amount = amountLevel(left.amount, right.amount);
  if (amount) add('amount', amount, chances.amount(left, right, amount));
  const created = dateLevel(left.created_day, right.created_day);
  if (created) add('created_on', created, chances.created(left, right, created));
  const close = closeLevel(left, right);
  const isClosed = [left, right].every(({ outcome }) => outcome === 'won' || outcome === 'lost');
  if (close)
    add('close_on', close, chances.close(left, right, close), isClosed ? 'close_on_of_closed' : 'close_on_of_open');
  const outcome = outcomeLevel(left, right);
  if (outcome) add('outcome', outcome, chances.outcome(outcome));
  const owner = sameLevel(left.owner, right.owner);
  if (owner) add('owner', owner, chances.owner(left, right, owner));
  for (const field of ['type', 'lead_source', 'currency'] as const) {
    const level = sameLevel(left[field], right[field]);
    if (level) add(field, level, chances.same(field, level));
  }
  if (left.company !== null && right.company !== null) {
    if (!isOneCompany(left, right)) parts.push({ field: 'company', level: 'differs', of: null, others: otherCompany });
  } else if (left.company !== right.company) {
    parts.push({ field: 'company', level: 'blank in one', of: null, others: blankInOne });
  }
  if (isEntirelySame(left, right, parts)) parts.push({ field: 'all', level: 'same', of: null, others: togetherSame });
  return { among: Math.max(1, chances.among(left, right) - 1), order: sequence(left, right), parts };
}

/** Saved or loaded twice: nothing tells the two apart but their ids. */
function isEntirelySame(left: NamedDeal, right: NamedDeal, parts: readonly DealPart[]): boolean {
  const exact = ['same', 'same day'];
  const compared = new Set(parts.map(({ field }) => field));
  return (
    parts.every(({ field, level }) => exact.includes(level) || (field === 'created_on' && level === 'within 2 days')) &&
    ['name', 'amount', 'close_on', 'created_on', 'owner'].every((field) => compared.has(field)) &&
    (['company', 'type', 'lead_source', 'currency'] as const).every((field) => left[field] === right[field])
  );
}

const weightOf = ({ of, others }: DealPart, copies: CopyChances): number =>
  Math.log2((of === null ? 1 : copies[of]!) / others);

/** That the two are one, order apart. */
export const bitsOf = ({ parts, among }: WeighedDeals, { rate, copies }: Copying): number =>
  parts.reduce((total, part) => total + weightOf(part, copies), Math.log2((2 * rate) / among));

export function decide(pair: WeighedDeals, copying: Copying): DealVerdict {
  const { order } = pair;
  const sum = bitsOf(pair, copying);
  // Never a link, however much agrees.
  const after = order === null ? 0 : Math.min(against[order], certainty - 1 - sum);
  const evidence: DealEvidence[] = pair.parts.map((part) => ({
    field: part.field,
    level: part.level,
    weight: weightOf(part, copying.copies),
  }));
  if (order !== null) evidence.push({ field: 'sequence', level: order, weight: after });
  const bits = sum + after;
  const weight = bits - certainty;
  const decision = weight > 0 ? 'link' : bits >= reviewFrom ? 'review' : 'apart';
  return { weight, probability: 1 / (1 + 2 ** -bits), decision, evidence };
}
