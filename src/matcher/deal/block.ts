/** Which deals are compared: those of one company and, where one of the two has no account, of one name or one owner, amount and day. */
import type { NamedDeal } from './deal.ts';
import { nameLevel } from './level.ts';

/** A block has a kind and a key. A pair is in one block only. */
export const blockKinds = ['company', 'title', 'spot'] as const;
export type BlockKind = (typeof blockKinds)[number];

/** Deals with a common key beyond these are told apart by amount and days, or are not compared. */
const blockCap = 200;

/** By owner, amount and close day; null where one of them is missing. */
export const spotOf = ({ owner, amount, close_day: day }: NamedDeal): string | null =>
  owner && amount && day !== null ? `${owner} ${amount} ${day}` : null;

export const keyIn: Record<BlockKind, (deal: NamedDeal) => string | null> = {
  company: ({ company }) => company,
  title: ({ title }) => title || null,
  spot: spotOf,
};

/** The block in which two deals would be compared; null where they are in none. */
export function blockOf(left: NamedDeal, right: NamedDeal): { kind: BlockKind; key: string } | null {
  if (left.company !== null && right.company !== null)
    return left.company === right.company ? { kind: 'company', key: left.company } : null;
  for (const kind of ['title', 'spot'] as const) {
    const key = keyIn[kind](left);
    if (key !== null && key === keyIn[kind](right)) return { kind, key };
  }
  return null;
}

/**
 * @param members the places of all deals of the block, ascending
 * @returns pairs of places, each once, the smaller first
 */
export function pairsIn(
  kind: BlockKind,
  members: readonly number[],
  dealAt: (place: number) => NamedDeal,
): { compared: [number, number][]; notComparedCount: number } {
  // Companies know their own deals: only one without an account is looked for beyond.
  if (kind !== 'company' && !members.some((at) => dealAt(at).company === null))
    return { compared: [], notComparedCount: 0 };
  const isWanted = (left: NamedDeal, right: NamedDeal) =>
    (kind === 'company' || left.company === null || right.company === null) &&
    (kind !== 'spot' || left.title !== right.title || left.title === '') &&
    // Other words are another deal: what was sold beside it, often on one day.
    nameLevel(left, right) !== 'other words';
  const seen = new Set<string>();
  const compared: [number, number][] = [];
  const among = (block: readonly number[]) => {
    for (const [index, left] of block.entries()) {
      for (let at = index + 1; at < block.length; at += 1) {
        const right = block[at]!;
        if (!isWanted(dealAt(left), dealAt(right))) continue;
        const key = `${left} ${right}`;
        if (seen.has(key)) continue;
        seen.add(key);
        compared.push([left, right]);
      }
    }
  };
  if (members.length <= blockCap) {
    among(members);
    return { compared, notComparedCount: 0 };
  }
  for (const finer of finerKeys) {
    const parts = Map.groupBy(members, (at) => finer(dealAt(at)));
    for (const [part, of] of parts) if (part !== null && of.length > 1 && of.length <= blockCap) among(of);
  }
  return { compared, notComparedCount: (members.length * (members.length - 1)) / 2 - compared.length };
}

const finerKeys: ((deal: NamedDeal) => string | null)[] = [
  ({ subjectKey, close_day: day }) => (day === null ? null : `${subjectKey} ${day}`),
  ({ subjectKey, amount }) => (amount ? `${subjectKey} ${amount}` : null),
  ({ subjectKey, created_day: day }) => (day === null ? null : `${subjectKey} ${day}`),
  ({ amount, close_day: day }) => (amount && day !== null ? `${amount} ${day}` : null),
];
