/**
 * Pattern counts into weights: the Fellegi-Sunter model by expectation maximisation over all pairs of records, of which only
 * those that share a key can be of one entity. Deterministic.
 *
 * m moves from its prior belief with the data. u is what remains of the agreement among all pairs (by value frequencies;
 * a sample of pairs for levels short of agreement) when that of the likely matches is taken off: where every entity has
 * many records, most agreement is no chance.
 */
import type { Rarity } from '../compare/frequency.ts';
import { halfWidth, type CodedComparison, type PatternCounts } from '../compare/pattern.ts';
import { bitsAgainst, bitsOf, type Weights } from './odds.ts';
import { type Expected, Houses } from './houses.ts';
import { aloneness, type Chances, chanceOf, shownByChance } from './chance.ts';

export type Sample = { pairCount: number; codeCounts: Float64Array[] };
/** A pair that a reviewer decided about: its code in each comparison. */
export type LabelledPair = { codes: Uint8Array; same: boolean };
export type TrainingData = {
  comparisons: CodedComparison[];
  rarities: ReadonlyMap<string, Rarity>;
  recordCount: number;
  /** Believed before anything is seen: pairs of one house for each match. */
  houses?: number;
  labelled?: readonly LabelledPair[];
};

export type Estimate = Weights & {
  /** Per comparison, by level: the chances the weights came from. */
  levels: { m: number; u: number }[][];
  iterationCount: number;
};

/** How many matches the prior beliefs count for. */
const mBelief = 40;
/** How many chance agreements they count for. */
const uBelief = 2;
/** The same beside what the random sample shows: in a file of a few rows matches and chance cannot be told apart by counting. From so many pairs on it fades. */
const sampleBelief = { agreeing: 0.5, upTo: 2000 };
/** A pair somebody looked at counts for as many that nobody did. */
const labelPairs = 5;
/** All labels together count for no more than this share of the matches that are expected. */
const labelShare = 0.5;
const maxIterations = 25;
/** m stays within this factor of its belief: without it what many pairs share, such as an employer, can take the model over. */
const mReach = 4;
/** The same of the level that two records differ: namesakes taken for matches must not teach that what tells them apart is often wrong. */
const differsReach = 2.5;
/** Between which the share of matches among all pairs is held. */
export function priorBounds(recordCount: number): [lowest: number, highest: number] {
  const allPairs = Math.max(1, (recordCount * (recordCount - 1)) / 2);
  return [(0.002 * recordCount) / allPairs, Math.min(0.3, (60 * recordCount) / allPairs)];
}

export function estimate(patterns: PatternCounts, sample: Sample, data: TrainingData): Estimate {
  const { comparisons, recordCount } = data;
  const allPairs = Math.max(1, (recordCount * (recordCount - 1)) / 2);
  const [lowest, highest] = priorBounds(recordCount);
  const bound = (prior: number) => Math.min(highest, Math.max(prior, lowest));
  const blocked = comparisons.map((_, at) => countCodes(patterns, at, comparisons[at]?.slots.length ?? 0));
  const alone = comparisons.map((_, at) => aloneness(at, comparisons, patterns));
  const chances = (at: number, found: Float64Array | null) =>
    chanceOf(comparisons[at] as CodedComparison, data.rarities, found, alone[at] as number);
  const houses = new Houses(comparisons, data.houses ?? 1);
  // Beliefs alone first; the data move them from there.
  let prior = bound(2 / Math.max(2, recordCount));
  let levels = comparisons.map((comparison) => comparison.levels.map(({ m, u }) => ({ m, u })));
  let weights = comparisons.map((comparison, at) => weigh(comparison, levels[at] ?? [], chances(at, null)));
  let model: Weights = { prior, weights, ...houses.learn(prior, null, levels, weights) };
  let iterationCount = 0;
  for (; iterationCount < maxIterations; iterationCount += 1) {
    const expected = expect(patterns, model);
    const { matched, total } = expected;
    teach(matched, total, model, data.labelled ?? []);
    const before = model;
    prior = bound(total / allPairs);
    levels = comparisons.map((comparison, at) =>
      maximise(comparison, {
        matched: matched[at] as Float64Array,
        blocked: blocked[at] as Float64Array,
        sampled: sample.codeCounts[at] as Float64Array,
        samplePairs: sample.pairCount,
        allPairs,
        alone: alone[at] as number,
      }),
    );
    countAmong(comparisons, patterns, before, levels);
    weights = comparisons.map((comparison, at) =>
      weigh(comparison, levels[at] ?? [], chances(at, matched[at] as Float64Array)),
    );
    model = { prior, weights, ...houses.learn(prior, expected, levels, weights) };
    if (iterationCount > 5 && Math.abs(Math.log2(prior / before.prior)) < 0.001) break;
  }
  return { ...model, levels, iterationCount };
}

/** Expected matches and pairs of one house by code, and in all. */
function expect({ codes, counts }: PatternCounts, model: Weights): Expected {
  const [matched, housed] = [model.weights, model.weights].map((of) =>
    of.map((one) => new Float64Array(one.length)),
  ) as [Float64Array[], Float64Array[]];
  const add = (sums: Float64Array[], p: number, mass: number) => {
    for (const [c, byPattern] of codes.entries()) {
      const [sum, code] = [sums[c] as Float64Array, byPattern[p] as number];
      sum[code] = (sum[code] as number) + mass;
    }
  };
  let [total, inHouses] = [0, 0];
  for (let p = 0; p < counts.length; p += 1) {
    const { stranger, house } = bitsAgainst(model, (at) => (codes[at] as Uint8Array)[p] as number);
    if (stranger < -12) continue;
    const count = counts[p] as number;
    const mass = count / (1 + 2 ** -stranger + 2 ** -house);
    total += mass;
    add(matched, p, mass);
    const shared = Math.min(count, mass * 2 ** -house);
    if (house === Infinity || shared === 0) continue;
    inHouses += shared;
    add(housed, p, shared);
  }
  return { matched, total, housed, inHouses };
}

/**
 * Adds what is known to match to the expected matches and takes off what is known not to. The share of matches among all pairs
 * stays as it is: what people look at is no sample of it.
 */
function teach(sums: Float64Array[], total: number, model: Weights, labelled: readonly LabelledPair[]): void {
  if (labelled.length === 0) return;
  const each = Math.min(labelPairs, (labelShare * (total + mBelief)) / labelled.length);
  for (const { codes, same } of labelled) {
    const bits = bitsOf(model, (at) => codes[at] as number);
    const believed = 1 / (1 + 2 ** -bits);
    const change = same ? each * (1 - believed) : -each * believed;
    for (const [at, byCode] of sums.entries()) {
      const code = codes[at] as number;
      byCode[code] = Math.max(0, (byCode[code] as number) + change);
    }
  }
}

/** Writes u of the levels that are counted among agreeing pairs: the share of those, of pairs that are no matches. */
function countAmong(
  comparisons: CodedComparison[],
  { codes, counts }: PatternCounts,
  model: Weights,
  levels: { m: number; u: number }[][],
): void {
  for (const [at, comparison] of comparisons.entries()) {
    for (const [index, { among, u }] of comparison.levels.entries()) {
      if (!among) continue;
      const others = comparisons.flatMap(({ name }, other) => (among.includes(name) ? [other] : []));
      let [inLevel, inAll] = [0, 0];
      for (const [p, count] of counts.entries()) {
        const codeOf = (other: number) => (codes[other] as Uint8Array)[p] as number;
        if (
          codeOf(at) === 0 ||
          !others.every((other) => comparisons[other]?.slots[codeOf(other) - 1]?.level.key === 'same')
        )
          continue;
        const chance = count / (1 + 2 ** bitsOf(model, codeOf));
        inAll += chance;
        if (comparison.slots[codeOf(at) - 1]?.index === index) inLevel += chance;
      }
      const own = levels[at]?.[index];
      if (own) own.u = (inLevel + uBelief) / (inAll + uBelief / u);
    }
  }
}

function byLevel(comparison: CodedComparison, byCode: Float64Array): Float64Array {
  const sums = new Float64Array(comparison.levels.length);
  for (const [at, { index }] of comparison.slots.entries())
    sums[index] = (sums[index] as number) + (byCode[at + 1] as number);
  return sums;
}

function countCodes({ codes, counts }: PatternCounts, comparison: number, slotCount: number): Float64Array {
  const sums = new Float64Array(slotCount + 1);
  for (const [p, code] of (codes[comparison] as Uint8Array).entries())
    sums[code] = (sums[code] as number) + (counts[p] as number);
  return sums;
}

/** Pairs by code: expected matches, those blocked, those of the sample. */
type Seen = {
  matched: Float64Array;
  blocked: Float64Array;
  sampled: Float64Array;
  samplePairs: number;
  allPairs: number;
  alone: number;
};

/**
 * u of a level is read from the random sample where that holds enough of it; a level too rare for that is nearly always
 * among the blocked pairs, and counted there. Not so what no key is made of: there the belief stands for what the sample is too small to show.
 */
function maximise(comparison: CodedComparison, seenOf: Seen): { m: number; u: number }[] {
  const { samplePairs, allPairs, alone } = seenOf;
  const share = samplePairs / allPairs;
  const [inMatches, inBlocks] = [byLevel(comparison, seenOf.matched), byLevel(comparison, seenOf.blocked)];
  const inSample = byLevel(comparison, seenOf.sampled);
  const matches = inMatches.reduce((sum, one) => sum + one, 0);
  const sampled = inSample.reduce((sum, one) => sum + one, 0);
  const filled = sampled / Math.max(1, samplePairs);
  const random = Math.max(1, sampled - matches * share);
  const belief = sampleBelief.agreeing * Math.min(1, sampleBelief.upTo / random);
  return comparison.levels.map((level, index) => {
    const { key, m, u, isUnblocked } = level;
    const [matching, hits] = [inMatches[index] as number, inSample[index] as number];
    const seen = isUnblocked
      ? (hits + uBelief) / (random + uBelief / u)
      : hits < 8
        ? 0
        : (shownByChance(level, alone, hits, matching * share) + belief) / (random + belief / u);
    const chance = shownByChance(level, alone, inBlocks[index] as number, matching);
    const counted = (chance + uBelief) / (filled * allPairs + uBelief / u);
    const reach = key === 'differs' ? differsReach : mReach;
    return {
      m: Math.min(reach * m, 0.99, Math.max(m / mReach, (matching + mBelief * m) / (matches + mBelief))),
      u: Math.max(seen, counted),
    };
  });
}

/** The code of a level and rarity class without a gate. */
const plainOf = ({ starts }: CodedComparison, index: number, rarity: number | null): number =>
  (starts[index] as number) + (rarity ?? 0);

/** Bits by code: never more for a weaker level, and within the comparison's bounds. */
function weigh(comparison: CodedComparison, levels: { m: number; u: number }[], chances: Chances): Float64Array {
  const [least, most] = comparison.bounds;
  const weights = new Float64Array(comparison.slots.length + 1);
  const bits = (index: number, u: number) => Math.log2((levels[index] as { m: number }).m / u);
  const plain = levels.map(({ u }, index) => bits(index, u));
  const same = comparison.levels.findIndex(({ rarity }) => rarity === 'full');
  const chance = chances.get(same);
  let ceiling = Infinity;
  for (const [at, { index, rarity, level, gate }] of comparison.slots.entries()) {
    let found = plain[index] as number;
    const own = chances.get(index);
    const fixed = gate?.isCeiling
      ? Math.min(gate.bits, weights[plainOf(comparison, index, rarity)] as number)
      : (gate?.bits ?? level.bits);
    if (fixed !== undefined) {
      // Fixed, not estimated: the levels after it are not held below it.
      weights[at + 1] = fixed;
      continue;
    }
    if (rarity !== null && own) found = bits(index, own[rarity] as number);
    else {
      if (index > same) found = Math.min(found, ceiling);
      ceiling = Math.min(ceiling, found);
      if (rarity !== null && chance && level.rarity === 'half') {
        // The commoner of two near values says how likely a neighbour is: half of its rarity beyond the usual counts.
        const common = chance[Math.min(rarity * halfWidth + 1, chance.length - 1)] as number;
        const usual = chance[chance.length >> 1] as number;
        found += Math.max(-3, Math.min(2, 0.5 * Math.log2(usual / common)));
        found = Math.min(found, bits(same, chance[Math.min(rarity * halfWidth, chance.length - 1)] as number));
      }
    }
    weights[at + 1] = Math.max(least, Math.min(most, found));
  }
  return weights;
}
