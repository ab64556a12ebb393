/**
 * How good the groups of a run are, told without labels: precision and recall over pairs, each with an interval, or why they cannot be told.
 *
 * Each field that a person or company keeps is left out in turn. Of the pairs that have one weight without it, how often it agrees tells how
 * many are of one entity; families that share a mailbox and branches that share a website show by it, however sure the model is. A pair
 * counts for what the field that says least makes of it. What third records tell is how many pairs of a group are linked only through one.
 */
import type { Assessment, EstimatedShare } from '../../model/assessment.ts';
import type { MatchEntity } from '../definition.ts';
import type { PlacedLevel } from '../compare/comparison.ts';
import type { CodedComparison, PatternCounts } from '../compare/pattern.ts';
import { type Estimate, priorBounds } from './estimate.ts';
import { bitsOf } from './odds.ts';

export type GroupedPairs = {
  /** By pattern: pairs that are in one group. */
  inGroups: Float64Array;
  /** Pairs in groups, compared or not. */
  pairCount: number;
  /** Of pairs that are both linked to a third record, how many there are and how many are linked themselves. */
  throughThird: { pairCount: number; linkedCount: number };
};

/** With fewer pairs in groups nothing is told. */
const fewest = 5;
/** What a person or company keeps, in words. */
const keptWords: Record<MatchEntity, string> = { person: 'first name, birth date', company: 'name, address' };
/** Share of the pairs in groups in which a field is filled on both sides, from which on it is held independent evidence. */
const leastFilled = 0.1;
/** Whole bits without the field. */
const [lowest, highest] = [-12, 30];
const rounds = 60;
/** A bin without pairs is what the model holds it to be; that counts for so many pairs. */
const belief = 0.5;
/**
 * Beyond chance: by how much the estimates err. Chosen on the labelled sets of 2026-11-29, so that nine in ten are covered; in parts of what
 * is estimated to be wrong or missed, and beside them.
 */
const wrongBy = { more: 1.8, beside: 0.08, less: 0.75, off: 0.06 };
const missedBy = { more: 1.2, beside: 0.08, less: 0.35, off: 0.05 };
/** Missed beyond what the model expects: pairs so unlike that it expects nothing of them. */
const unexpected = 0.02;
/** Of pairs linked only through a third record, how many would be missed where there is no third. */
const throughThirdShare = 0.4;
/** Paths through a third record from which on they tell. */
const leastPaths = 20;

/** @param modelled by pattern: bits by the model's own odds */
export function assess(
  entity: MatchEntity,
  patterns: PatternCounts,
  modelled: Float64Array,
  { inGroups, pairCount, throughThird }: GroupedPairs,
  model: { estimate: Estimate; comparisons: readonly CodedComparison[]; recordCount: number },
): Assessment {
  const compared = inGroups.reduce((sum, one) => sum + one, 0);
  const reason = whyNot(entity, patterns, inGroups, compared, model);
  if (reason !== null) return { precision: null, recall: null, weakestField: null, cannotTell: reason };
  const views = model.comparisons.flatMap((comparison, at) =>
    comparison.isKept ? [viewWithout(at, patterns, model)] : [],
  );
  let [right, outside] = [0, 0];
  const saidBy = views.map(() => ({ said: 0, count: 0 }));
  for (const [p, count] of patterns.counts.entries()) {
    let least = 1;
    const inside = inGroups[p] as number;
    for (const [at, { shareOf }] of views.entries()) {
      const share = shareOf(p);
      if (share === null) continue;
      least = Math.min(least, share);
      const own = saidBy[at] as { said: number; count: number };
      own.said += inside * share;
      own.count += inside;
    }
    right += inside * least;
    outside += (count - inside) * Math.min(least, 1 / (1 + 2 ** -(modelled[p] as number)));
  }
  const wrong = 1 - right / compared;
  const found = pairCount * (1 - wrong);
  const { pairCount: paths, linkedCount } = throughThird;
  const open = paths >= leastPaths ? 1 - linkedCount / paths : 0;
  const missed = Math.max(outside / (found + outside), throughThirdShare * open);
  const doubtful = unchecked(patterns, inGroups, model) / compared;
  const said = saidBy.map(({ said: sum, count }) => (count === 0 ? 1 : sum / count));
  const weakest = views[said.indexOf(Math.min(...said))] as View;
  return {
    precision: lowered(shareFrom(wrong, pairCount, wrongBy), doubtful),
    recall: shareFrom(Math.min(1, missed + unexpected), found + outside, missedBy),
    weakestField: weakest.field,
    cannotTell: null,
  };
}

type Model = Parameters<typeof assess>[4];

/**
 * Pairs in groups that differ in what there is of mailbox, telephone, website or birth date: no field that is left out checks them, as
 * namesakes at one employer and companies of one house agree in name and address by what the file is.
 */
function unchecked({ codes }: PatternCounts, inGroups: Float64Array, { comparisons }: Model): number {
  const telling = comparisons.flatMap(({ identifying, isWitness, isName, slots }, at) =>
    (identifying || isWitness) && !isName ? [{ slots, codes: codes[at] as Uint8Array }] : [],
  );
  return inGroups.reduce((sum, count, p) => {
    if (count === 0) return sum;
    const levels = telling.flatMap(({ slots, codes: own }) => slots[(own[p] as number) - 1]?.level ?? []);
    return levels.length > 0 && levels.every(isAgainst) ? sum + count : sum;
  }, 0);
}

const isAgainst = ({ key, bits }: PlacedLevel): boolean =>
  key === 'differs' || key.startsWith('other') || bits !== undefined;

const lowered = ({ estimate, low, high }: EstimatedShare, by: number): EstimatedShare => ({
  estimate,
  low: Math.max(0, Math.round(1000 * (low - by)) / 1000),
  high,
});

function whyNot(
  entity: MatchEntity,
  { codes }: PatternCounts,
  inGroups: Float64Array,
  compared: number,
  { comparisons, estimate, recordCount }: Model,
): string | null {
  if (compared < fewest) return `only ${compared} ${compared === 1 ? 'pair is' : 'pairs are'} in groups`;
  const filledIn = (at: number) =>
    inGroups.reduce((sum, count, p) => sum + ((codes[at] as Uint8Array)[p] === 0 ? 0 : count), 0) / compared;
  const filled = comparisons.filter((_, at) => filledIn(at) >= leastFilled);
  if (filled.every(({ isName }) => isName))
    return 'the pairs have nothing but names to tell by, and no second field checks them';
  if (!filled.some(({ isKept }) => isKept)) return `the pairs lack what a ${entity} keeps: ${keptWords[entity]}`;
  const [lowestPrior, highestPrior] = priorBounds(recordCount);
  if (estimate.prior <= lowestPrior || estimate.prior >= highestPrior)
    return 'the model is at its bounds: the pairs that are alike taught it too little';
  return null;
}

type View = {
  field: string;
  /** The chance that a pair of a pattern is of one entity; null where the field is blank or says nothing. */
  shareOf: (pattern: number) => number | null;
};

/** What a field says of the pairs that have one weight without it. */
function viewWithout(at: number, { codes, counts }: PatternCounts, { comparisons, estimate }: Model): View {
  const { name, slots } = comparisons[at] as CodedComparison;
  const own = codes[at] as Uint8Array;
  const levels = estimate.levels[at] as { m: number; u: number }[];
  const [m, u] = (['m', 'u'] as const).map((of) => {
    const sum = levels.reduce((total, level) => total + level[of], 0);
    return levels.map((level) => level[of] / sum);
  }) as [number[], number[]];
  const chance = (share: number, level: number): number => {
    const match = share * (m[level] as number);
    return match / (match + (1 - share) * (u[level] as number));
  };
  /** Where what the field says is shut, it says nothing. */
  const levelOf = (p: number): number | null => {
    const slot = slots[(own[p] as number) - 1];
    return !slot || slot.gate ? null : slot.index;
  };
  const bins = Array.from({ length: highest - lowest + 1 }, () => new Float64Array(levels.length));
  const binOf = Uint8Array.from(counts, (_, p) => {
    const bits = Math.round(bitsOf(estimate, (other) => (codes[other] as Uint8Array)[p] as number, at));
    return Math.max(lowest, Math.min(highest, bits)) - lowest;
  });
  for (const [p, count] of counts.entries()) {
    const level = levelOf(p);
    const bin = bins[binOf[p] as number] as Float64Array;
    if (level !== null) bin[level] = (bin[level] as number) + count;
  }
  const shares = bins.map((bin, index) => {
    const count = bin.reduce((sum, one) => sum + one, 0);
    const believed = belief / (1 + 2 ** -(index + lowest));
    let share = 0.5;
    for (let round = 0; round < rounds; round += 1) {
      let sum = believed;
      for (const [level, pairs] of bin.entries()) if (pairs > 0) sum += pairs * chance(share, level);
      share = Math.max(1e-9, sum / (count + belief));
    }
    return share;
  });
  return {
    field: name,
    shareOf: (p) => {
      const level = levelOf(p);
      return level === null ? null : chance(shares[binOf[p] as number] as number, level);
    },
  };
}

/** @param part of the pairs that is estimated to be wrong, or missed */
function shareFrom(part: number, pairCount: number, by: typeof wrongBy): EstimatedShare {
  const chance = 1.64 * Math.sqrt(Math.max(part * (1 - part), 1 / (pairCount + 2)) / (pairCount + 2));
  const round = (share: number) => Math.round(1000 * Math.max(0, Math.min(1, share))) / 1000;
  return {
    estimate: round(1 - part),
    low: round(1 - by.more * part - by.beside - chance),
    high: round(1 - Math.max(0, by.less * part - by.off - chance)),
  };
}
