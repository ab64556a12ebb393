/** The keys that two records share, and whether each had them compared: what blocking did, said again for a pair. */
import type { Kinds } from '../alike.ts';
import type { Caps } from '../block/blocked.ts';
import { blockingRules, isInUse } from '../block/blocking.ts';
import type { Keys } from '../block/blocks.ts';
import { isRefinement, ruleOf } from '../block/keys.ts';
import type { Records } from '../read/read-records.ts';

/** Two records by place. */
export type Pair = readonly [l: number, r: number];
/** `smallestPart`: records that share one of what a block too large was split by as well, the fewest; null where they share none. */
export type KeySize = { rule: number; recordCount: number; smallestPart: number | null };
export type SharedKey = {
  rule: string;
  /** Records that have the key. */
  recordCount: number;
  /** Largest block of the rule that is compared whole. */
  cap: number;
  /** Whether it had the two compared. */
  isCompared: boolean;
};

/**
 * To be asked before the records let go of their keys.
 * Of one that is left out, as many are like it, those of the first of its kind.
 * @param wordKeys of a rule of rare words
 * @param kinds null: nobody is left out
 * @returns pair by pair, in the order of the rules
 */
export function sharedKeys(
  records: Records,
  wordKeys: (column: string) => Keys,
  asWritten: readonly Pair[],
  kinds: Kinds | null = null,
): KeySize[][] {
  const standIn = (place: number): number => (kinds?.isLeftOut[place] === 1 ? (kinds.first[place] as number) : place);
  const pairs = asWritten.map(([l, r]): Pair => [standIn(l), standIn(r)]);
  const rules = blockingRules(records.layout);
  const isUsed = rules.map((rule) => isInUse(rule, records.filled));
  const wanted = new Set(pairs.flat());
  const codesOf = new Map<number, readonly number[]>();
  let place = 0;
  for (const codes of records.codes(wordKeys)) {
    if (wanted.has(place)) codesOf.set(place, codes);
    place += 1;
  }
  const asked = pairs.map(([l, r]) => {
    // Of two of a kind that is left out none was compared.
    const others = new Set(l === r ? [] : codesOf.get(r));
    const both = (codesOf.get(l) ?? []).filter((code) => others.has(code));
    const keys = both.filter((code) => !isRefinement(code) && isUsed[ruleOf(code)]);
    const parts = both.filter(isRefinement);
    return keys.map((code) => ({ code, count: 0, parts: parts.map((part) => ({ part, count: 0 })) }));
  });
  const byCode = Map.groupBy(asked.flat(), ({ code }) => code);
  if (byCode.size > 0) {
    let at = -1;
    for (const codes of records.codes(wordKeys)) {
      at += 1;
      if (kinds?.isLeftOut[at] === 1) continue;
      const own = new Set(codes);
      for (const code of codes) {
        for (const key of byCode.get(code) ?? []) {
          key.count += 1;
          for (const one of key.parts) if (own.has(one.part)) one.count += 1;
        }
      }
    }
  }
  return asked.map((keys) =>
    keys
      .map(({ code, count, parts }) => ({
        rule: ruleOf(code),
        recordCount: count,
        smallestPart: parts.length === 0 ? null : Math.min(...parts.map((one) => one.count)),
      }))
      .sort((a, b) => a.rule - b.rule || a.recordCount - b.recordCount),
  );
}

/** @param caps by rule, as the run chose them */
export function comparedBy(keys: readonly KeySize[], rules: readonly string[], caps: readonly Caps[]): SharedKey[] {
  return keys.map(({ rule, recordCount, smallestPart }) => {
    const { cap, fineCap } = caps[rule] as Caps;
    const isCompared = recordCount <= cap || (smallestPart !== null && smallestPart <= fineCap);
    return { rule: rules[rule] as string, recordCount, cap, isCompared };
  });
}
