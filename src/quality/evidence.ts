/** What came after a rule marked records becomes a verdict on the rule: it predicts, it predicts nothing, or there is too little to say. */

/** Of records a rule marked, and of those it was asked of and did not mark: how many there were and how many had the outcome. */
export type Split = { flagged: number; flaggedHad: number; kept: number; keptHad: number };
export type Rate = { count: number; had: number; rate: number | null; low: number | null; high: number | null };
export type SplitRates = { flagged: Rate; kept: Rate; difference: number | null };

export type EvidenceVerdict = 'predicts' | 'predicts-nothing' | 'too-few' | 'not-knowable';
export type JudgedRule = {
  verdict: EvidenceVerdict;
  /** Before the date, where the direction was taken from. */
  fitted: SplitRates;
  /** After it, where it was held against that direction. */
  judged: SplitRates;
  /** Of a difference as large as after the date if the rule told nothing; null: too few. */
  chance: number | null;
  /** The same, as one of many rules that were asked (Benjamini and Hochberg). */
  adjustedChance: number | null;
};

/** Fewer records on one side, before or after the date, say nothing. */
export const leastCases = 30;
/** Of the rules that are said to predict so many may do so by chance. */
export const falseShare = 0.01;

/** 95 % by Wilson. */
export function rateOf(count: number, had: number): Rate {
  if (count === 0) return { count, had, rate: null, low: null, high: null };
  const z = 1.959964;
  const rate = had / count;
  const spread = (z * Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2))) / (1 + z ** 2 / count);
  const centre = (rate + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  return { count, had, rate, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}

export function compare({ flagged, flaggedHad, kept, keptHad }: Split): SplitRates {
  const [one, other] = [rateOf(flagged, flaggedHad), rateOf(kept, keptHad)];
  const difference = one.rate === null || other.rate === null ? null : one.rate - other.rate;
  return { flagged: one, kept: other, difference };
}

export const plus = (one: Split, other: Split): Split => ({
  flagged: one.flagged + other.flagged,
  flaggedHad: one.flaggedHad + other.flaggedHad,
  kept: one.kept + other.kept,
  keptHad: one.keptHad + other.keptHad,
});
export const none: Split = { flagged: 0, flaggedHad: 0, kept: 0, keptHad: 0 };

const hasEnough = ({ flagged, kept }: Split) => flagged >= leastCases && kept >= leastCases;

/** Logarithms of factorials. */
function factorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n += 1) logs[n] = logs[n - 1]! + Math.log(n);
  return logs;
}

/**
 * Fisher's exact test, one-sided: the chance that so many of the marked, or more (`sign` -1: or fewer), had the outcome if marking
 * told nothing. Exact for few cases, where a normal curve is not.
 */
export function chanceOf({ flagged, flaggedHad, kept, keptHad }: Split, sign: 1 | -1): number {
  const all = flagged + kept;
  const had = flaggedHad + keptHad;
  const log = factorials(all);
  const choose = (n: number, k: number) => log[n]! - log[k]! - log[n - k]!;
  const [least, most] = [Math.max(0, had - kept), Math.min(flagged, had)];
  const [from, to] = sign === 1 ? [flaggedHad, most] : [least, flaggedHad];
  let sum = 0;
  for (let k = from; k <= to; k += 1) sum += Math.exp(choose(flagged, k) + choose(kept, had - k) - choose(all, had));
  return Math.min(1, sum);
}

/**
 * The direction of each rule is taken from before the date, and held against what came after it: what a rule was found by is
 * not what it is judged by.
 * @param rules what each marked before and after the date
 */
export function judgeRules(rules: readonly { before: Split; after: Split }[]): JudgedRule[] {
  const chances = rules.map(({ before, after }) => {
    const { difference } = compare(before);
    if (!hasEnough(before) || !hasEnough(after) || difference === null) return null;
    return difference === 0 ? 1 : chanceOf(after, difference > 0 ? 1 : -1);
  });
  const adjusted = adjust(chances);
  return rules.map(({ before, after }, at) => {
    const chance = adjusted[at]!;
    const verdict: EvidenceVerdict =
      chance === null ? 'too-few' : chance <= falseShare ? 'predicts' : 'predicts-nothing';
    return { verdict, fitted: compare(before), judged: compare(after), chance: chances[at]!, adjustedChance: chance };
  });
}

/** Benjamini and Hochberg: each chance as if it were the least sure of those that are as sure. */
export function adjust(chances: readonly (number | null)[]): (number | null)[] {
  const order = chances
    .flatMap((chance, at) => (chance === null ? [] : [{ chance, at }]))
    .sort((a, b) => b.chance - a.chance);
  const adjusted: (number | null)[] = chances.map(() => null);
  let least = 1;
  for (const [place, { chance, at }] of order.entries()) {
    least = Math.min(least, (chance * order.length) / (order.length - place));
    adjusted[at] = least;
  }
  return adjusted;
}

/**
 * Of values of a parameter the one that tells most apart before the date; null where no other is better than the one in use, or
 * where it is no better after the date either.
 */
export function betterThreshold<T extends { value: number; before: Split; after: Split }>(
  current: number,
  tried: readonly T[],
): T | null {
  const strength = (split: Split) => {
    const { difference } = compare(split);
    if (!hasEnough(split) || difference === null) return 0;
    return 1 - Math.log10(Math.max(1e-300, chanceOf(split, difference > 0 ? 1 : -1)));
  };
  const own = tried.find(({ value }) => value === current);
  const [best] = [...tried].sort((a, b) => strength(b.before) - strength(a.before));
  if (!best || !own || best.value === current || strength(best.before) <= strength(own.before)) return null;
  return strength(best.after) > strength(own.after) && best.after.flagged >= leastCases ? best : null;
}
