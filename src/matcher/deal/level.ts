/** Two deals into one level a field: how far they agree. */
import type { NamedDeal } from './deal.ts';

export type NameLevel = 'same' | 'same but for the company’s name' | 'a letter apart' | 'words added' | 'other words';
export type DateLevel = 'same day' | 'within 2 days' | 'within 7 days' | 'within 31 days' | 'within 92 days' | 'later';
/** A standing order runs as long as the one before: created and closed as many days later. */
export type CloseLevel = DateLevel | 'as far as the day created';
export type AmountLevel = 'same' | 'within 5 %' | 'within 25 %' | 'differs';
export type OutcomeLevel = 'same' | 'open and won' | 'open and lost' | 'won and lost';
export type SameLevel = 'same' | 'differs';

export const reach: Record<DateLevel, number> = {
  'same day': 0,
  'within 2 days': 2,
  'within 7 days': 7,
  'within 31 days': 31,
  'within 92 days': 92,
  later: Infinity,
};
const dateLevels = Object.keys(reach) as DateLevel[];

export function dateLevel(left: number | null, right: number | null): DateLevel | null {
  if (left === null || right === null) return null;
  const days = Math.abs(left - right);
  return dateLevels.find((level) => days <= reach[level])!;
}

export function closeLevel(left: NamedDeal, right: NamedDeal): CloseLevel | null {
  const level = dateLevel(left.close_day, right.close_day);
  if (level === null || left.created_day === null || right.created_day === null) return level;
  const createdLater = right.created_day - left.created_day;
  const closedLater = right.close_day! - left.close_day!;
  const isShift = Math.abs(createdLater) > reach['within 7 days'] && Math.abs(createdLater - closedLater) <= 3;
  return isShift ? 'as far as the day created' : level;
}

export function sameLevel(left: string | null, right: string | null): SameLevel | null {
  if (!left || !right) return null;
  return left === right ? 'same' : 'differs';
}

export function outcomeLevel({ outcome: left }: NamedDeal, { outcome: right }: NamedDeal): OutcomeLevel | null {
  if (left === null || right === null) return null;
  if (left === right) return 'same';
  if (left !== 'open' && right !== 'open') return 'won and lost';
  return left === 'won' || right === 'won' ? 'open and won' : 'open and lost';
}

/** An amount of 0 is what a lost deal is left with: it says nothing. */
export function amountLevel(left: number | null, right: number | null): AmountLevel | null {
  if (!left || !right) return null;
  const apart = Math.abs(left - right) / Math.max(Math.abs(left), Math.abs(right));
  return apart === 0 ? 'same' : apart <= 0.05 ? 'within 5 %' : apart <= 0.25 ? 'within 25 %' : 'differs';
}

export function nameLevel(left: NamedDeal, right: NamedDeal): NameLevel | null {
  if (left.words.length === 0 || right.words.length === 0) return null;
  if (left.title === right.title) return 'same';
  const [l, r] = [left.subject, right.subject];
  if (l.size === 0 || r.size === 0) return null;
  if (left.subjectKey === right.subjectKey) return 'same but for the company’s name';
  const only = (some: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...some].filter((word) => !others.has(word));
  const [onlyLeft, onlyRight] = [only(l, r), only(r, l)];
  // Numbers set deals apart: a year, a quarter, a purchase order.
  if ([...onlyLeft, ...onlyRight].some((word) => /\p{N}/u.test(word))) return 'other words';
  if (onlyLeft.length === 0 || onlyRight.length === 0) {
    return Math.min(l.size, r.size) * 2 >= Math.max(l.size, r.size) ? 'words added' : 'other words';
  }
  // London and Paris are two sites; a slip of the keyboard leaves a word that is nearly the other.
  const isSlip =
    onlyLeft.length === onlyRight.length &&
    onlyLeft.every((word) => onlyRight.some((other) => isOneSlipApart(word, other)));
  return isSlip ? 'a letter apart' : 'other words';
}

/** One letter put in, left out, changed or exchanged with the next, in words of five letters and more. */
function isOneSlipApart(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (short.length < 4 || long.length < 5 || long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  const isExchanged = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === long.slice(at + 1) || (isExchanged && short.slice(at + 2) === long.slice(at + 2));
}

/** The later one was opened after the other had closed: `entered late` where it says to have closed before. */
export function sequence(left: NamedDeal, right: NamedDeal): 'a new order' | 'entered late' | null {
  if (left.created_day === null || right.created_day === null) return null;
  const isLeftFirst =
    left.created_day !== right.created_day
      ? left.created_day < right.created_day
      : (left.close_day ?? 0) <= (right.close_day ?? 0);
  const [first, second] = isLeftFirst ? [left, right] : [right, left];
  if (first.close_day === null || first.outcome === null || first.outcome === 'open') return null;
  const opened = second.created_day!;
  if (opened < first.close_day || opened === first.created_day) return null;
  if (second.close_day !== null && second.close_day < opened) return opened > first.close_day ? 'entered late' : null;
  // Opened on the very day the first one closed is the next order, where it was to close on a later one.
  return opened > first.close_day || (second.close_day ?? 0) > first.close_day ? 'a new order' : null;
}
