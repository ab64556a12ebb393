/**
 * Rows of one name at one place that are copies, in a list of names and places alone. How often a name stands at other places tells how
 * often it would stand twice at one by chance. The model cannot know that: it takes name and place for independent, and its threshold
 * climbs where few pairs are alike, as nothing lies between them and the many that differ.
 */
import type { MatchEntity } from '../definition.ts';
import type { Compared } from '../compare/compare-all.ts';
import type { CodedComparison, PatternCounts } from '../compare/pattern.ts';
import { chancesAtPlaces, type PlaceChances } from '../compare/at-places.ts';
import type { TextTable } from '../compare/text-table.ts';

/** The least bits of pairs, by their codes, one a comparison. */
export type Copies = ReadonlyMap<string, number>;

/** Three of four pairs at least that are held for copies are. */
const leastOdds = 3;
/** Of a pair that chance hardly explains no more is said. */
const mostBits = 8;
/** That there are copies explains the list better than chance alone by so much, in natural logarithms. */
const leastGain = 3;
/** The belief that a list has as many of one name and place as chance gives counts for so many pairs. */
const belief = 2;
const rounds = 200;
/** Of pairs that are held for copies so many may stay below the threshold. */
const leftShare = 0.05;

const placeColumns = ['city', 'postal_code', 'state'];
/** Levels of names and of places that are the same in full. */
const alikeKeys = new Set(['same', 'namesake', 'sameCityAlone', 'samePostalCodeAlone']);
const calledBy: Record<MatchEntity, readonly string[]> = { company: ['company'], person: ['last', 'first'] };

/** @returns null where the list has more than names and places, or where chance brings equal rows together */
export function findCopies(
  entity: MatchEntity,
  comparisons: readonly CodedComparison[],
  { codes, counts, parts }: Pick<Compared, 'codes' | 'counts' | 'parts'>,
  texts: TextTable,
  recordCount: number,
): Copies | null {
  const places = placeColumns.filter((name) => texts.names.includes(name));
  const isOfPlace = ({ columns }: CodedComparison) =>
    columns.every((name) => !texts.names.includes(name) || placeColumns.includes(name));
  if (places.length === 0 || !comparisons.every((one) => one.isName === true || isOfPlace(one))) return null;
  const isAlike = Uint8Array.from(counts, (_, p) => {
    const codeOf = codesOf(codes, p);
    const isSomewhere = comparisons.some(({ isName }, at) => isName !== true && codeOf(at) !== 0);
    return Number(isSomewhere && comparisons.every((one, at) => isSame(one, codeOf(at), calledBy[entity])));
  });
  const chances = chancesAtPlaces(texts, recordCount, calledBy[entity], places);
  const pairs: Pair[] = [];
  for (const { left, right, pattern } of parts)
    for (const [at, p] of pattern.entries())
      if (isAlike[p] === 1) pairs.push({ pattern: p, chance: chances.of(left[at] as number, right[at] as number) });
  const { rate, share } = explain(pairs, chances);
  const copied = new Float64Array(counts.length);
  for (const { pattern, chance } of pairs)
    copied[pattern] = (copied[pattern] as number) + rate / (rate + share * chance);
  const found = new Map<string, number>();
  for (const [p, many] of copied.entries()) {
    if (many === 0) continue;
    const odds = many / Math.max((counts[p] as number) - many, 2 ** -mostBits * many);
    if (odds >= leastOdds) found.set(keyOf(codes.length, codesOf(codes, p)), Math.round(1000 * Math.log2(odds)) / 1000);
  }
  return found.size === 0 ? null : found;
}

/** -Infinity for pairs that are not held for copies. */
export const leastBits = (copies: Copies, comparisonCount: number, codeOf: (at: number) => number): number =>
  copies.get(keyOf(comparisonCount, codeOf)) ?? -Infinity;

/** The weight below which few of the copies lie that the model itself links; Infinity where it links none. @param modelled by pattern */
export function leastCopied(copies: Copies, { codes, counts }: PatternCounts, modelled: Float64Array): number {
  const linked = [...modelled.entries()].filter(
    ([p, weight]) => weight > 0 && copies.has(keyOf(codes.length, codesOf(codes, p))),
  );
  linked.sort(([, a], [, b]) => a - b);
  let left = leftShare * linked.reduce((sum, [p]) => sum + (counts[p] as number), 0);
  for (const [p, weight] of linked) {
    left -= counts[p] as number;
    if (left <= 0) return weight;
  }
  return Infinity;
}

type Pair = { pattern: number; chance: number };

const codesOf =
  (codes: readonly Uint8Array[], p: number) =>
  (at: number): number =>
    codes[at]?.[p] ?? 0;

const keyOf = (comparisonCount: number, codeOf: (at: number) => number): string =>
  Array.from({ length: comparisonCount }, (_, at) => codeOf(at)).join();

/** Whether a code says that both are the same in full. All but what a record is called by may be blank. */
function isSame({ slots, columns }: CodedComparison, code: number, called: readonly string[]): boolean {
  if (code === 0) return !called.some((name) => columns.includes(name));
  return alikeKeys.has(slots[code - 1]?.level.key ?? '');
}

/**
 * Copies for each row, and the share of what chance gives that is there, which explain the pairs best together: copies are of any row,
 * chance brings together those of common names at large places. Whoever made the list may have kept these apart.
 * @returns rate 0 where chance alone explains them as well
 */
function explain(pairs: readonly Pair[], { rowCount, expected }: PlaceChances): { rate: number; share: number } {
  const fit = (start: number) => {
    let [rate, share] = [start, 1];
    for (let round = 0; round < rounds; round += 1) {
      let copied = 0;
      for (const { chance } of pairs) copied += rate / (rate + share * chance);
      rate = copied / rowCount;
      share = (pairs.length - copied + belief) / (expected + belief);
    }
    let gain = -rate * rowCount - share * expected - belief * (share - Math.log(share));
    for (const { chance } of pairs) gain += Math.log(rate + share * chance);
    return { rate, share, gain };
  };
  const [byChance, both] = [fit(0), fit(pairs.length / rowCount)];
  return both.gain - byChance.gain >= leastGain ? both : byChance;
}
