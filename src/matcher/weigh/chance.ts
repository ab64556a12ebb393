/** How often values are shared into the chance that two records agree on one by accident, by how rare the value is. */
import type { Rarity } from '../compare/frequency.ts';
import type { CodedComparison, PatternCounts } from '../compare/pattern.ts';

/** Of agreement that looks like matches this share is still held for chance. */
const chanceLeft = 0.03;
/**
 * Where one telling field stands alone, chance and matches cannot be told apart by the data: every share of its agreement
 * would explain itself. There the belief that few agree by chance counts for this much of what is found.
 */
const aloneBelief = { weight: 0.8, chance: 0.05 };
/** The same of weaker levels that are believed to tell as much: the same words in another order or spelling. In bits. */
const tellingFrom = 9;

/** How many of the pairs that show a level show it by chance. @param matched those that look like matches */
export function shownByChance(level: { m: number; u: number }, alone: number, found: number, matched: number): number {
  const belief = Math.log2(level.m / level.u) >= tellingFrom ? alone * aloneBelief.weight : 0;
  return (1 - belief) * Math.max(found - matched, chanceLeft * found) + belief * aloneBelief.chance * found;
}

/** 0..1: how far an identifying field stands alone, no other field of weight being filled where it agrees. */
export function aloneness(at: number, comparisons: CodedComparison[], { codes, counts }: PatternCounts): number {
  const { identifying, levels, slots } = comparisons[at] as CodedComparison;
  if (!identifying) return 0;
  const same = levels.findIndex(({ rarity }) => rarity === 'full');
  let [pairs, telling] = [0, 0];
  for (const [p, count] of counts.entries()) {
    if (slots[((codes[at] as Uint8Array)[p] as number) - 1]?.index !== same) continue;
    pairs += count;
    for (const [other, { bounds }] of comparisons.entries())
      if (other !== at && (codes[other] as Uint8Array)[p] !== 0) telling += (count * bounds[1]) / 10;
  }
  return pairs === 0 ? 0 : Math.max(0, 1 - telling / pairs);
}

/** By level with full rarity: the chance that another record has the same value, by rarity class. */
export type Chances = Map<number, Float64Array>;

/** @param matched expected matches by code, null before the first step */
export function chanceOf(
  comparison: CodedComparison,
  rarities: ReadonlyMap<string, Rarity>,
  matched: Float64Array | null,
  alone: number,
): Chances {
  const chances: Chances = new Map();
  for (const [index, level] of comparison.levels.entries()) {
    const rarity = level.rarity === 'full' ? rarities.get(comparison.rare ?? '') : undefined;
    if (!rarity) continue;
    const start = comparison.slots.findIndex((slot) => slot.index === index);
    const inLevel =
      matched && Float64Array.from({ length: rarity.most + 1 }, (_, at) => matched[start + 1 + at] as number);
    // Behind a gate that is a ceiling are matches of the same classes.
    for (const [at, slot] of comparison.slots.entries())
      if (inLevel && slot.index === index && slot.gate?.isCeiling && slot.rarity !== null)
        inLevel[slot.rarity] = (inLevel[slot.rarity] as number) + (matched?.[at + 1] as number);
    chances.set(index, chanceByClass(rarity, level.u, inLevel, comparison.identifying === true, alone));
  }
  return chances;
}

/** Rarer is never more likely. @param matched expected matches by class */
function chanceByClass(
  rarity: Rarity,
  believed: number,
  matched: Float64Array | null,
  identifying: boolean,
  alone: number,
): Float64Array {
  const belief = alone * aloneBelief.weight;
  const records = rarity.recordCount.reduce((sum, one) => sum + one, 0);
  const chance = new Float64Array(rarity.most + 1);
  const mass = new Float64Array(rarity.most + 1);
  let rarer = 0;
  for (let at = rarity.most; at >= 0; at -= 1) {
    const agreeing = rarity.pairCount[at] ?? 0;
    // Before anything is known of matches, a value seen twice is seen once by chance.
    const least = identifying ? agreeing : 0.5 * Math.min(agreeing, (rarity.recordCount[at] ?? 0) / 2);
    const matches = matched ? (matched[at] as number) : least;
    const left = Math.max(agreeing - matches, (identifying ? 0.3 : 1) * chanceLeft * agreeing);
    const byChance = (1 - belief) * left + belief * aloneBelief.chance * agreeing;
    const pairs = (rarity.recordCount[at] ?? 0) * records;
    // A value that only copies share is as rare as one that is there once.
    const copied = agreeing > 0 ? alone * (1 - Math.min(1, byChance / agreeing)) : 0;
    chance[at] = (2 * byChance + 2) / (pairs + copied * rarer + 2 / believed);
    mass[at] = pairs + 1;
    rarer += pairs;
  }
  return falling(chance, mass);
}

/** The nearest sequence that never rises (pool adjacent violators). */
function falling(values: Float64Array, mass: Float64Array): Float64Array {
  const blocks: { value: number; mass: number; size: number }[] = [];
  for (const [at, value] of values.entries()) {
    let block = { value, mass: mass[at] as number, size: 1 };
    for (let last = blocks.at(-1); last && last.value < block.value; last = blocks.at(-1)) {
      blocks.pop();
      const all = last.mass + block.mass;
      block = {
        value: (last.value * last.mass + block.value * block.mass) / all,
        mass: all,
        size: last.size + block.size,
      };
    }
    blocks.push(block);
  }
  return Float64Array.from(blocks.flatMap(({ value, size }) => Array<number>(size).fill(value)));
}
