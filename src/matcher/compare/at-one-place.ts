/**
 * Whether records of one name at one place are copies, in a list of names and countries alone. How many of one name stand at
 * different places tells how many would stand at one by chance.
 */
import type { Rarity } from './frequency.ts';
import { poissonBelow } from './lacking-namesakes.ts';
import type { TextTable } from './text-table.ts';
import type { MatchEntity as Entity, MatchLayout } from '../definition.ts';
import type { Comparison } from './comparison.ts';

/** Of those that agree in both no more than half are so by chance: then they are copies. */
const mostByChance = 0.5;
/** Chance alone gives so many no more often than this. */
const accident = 0.02;
/** Fewer than chance gives, of so many times and no more often than this: whoever made the list kept them apart. */
const kept = { share: 0.7, accident: 0.05 };
/** Of four that agree in both at least three are so by chance. */
const mostlyChance = 0.75;
/** Of those of one name and place that differ in the legal form as many are so by chance: then forms tell them apart. */
const formsTell = 0.5;
/** Of one name at different places so many for each pair at one place: copies are not moved so often. */
const movedShare = 0.3;
/** Fewer pairs show nothing. */
const fewPairs = 5;

/** What a list says of those of one name. */
export type AtPlaces = NonNullable<Rarity['atPlaces']>;

/** Whether nothing but names and the country, which then is the place, tells one record from another. */
export function isOfNameAndCountry(
  { fields }: MatchLayout,
  comparisons: readonly Comparison[],
  filled: ReadonlySet<string>,
): boolean {
  const isPlace = (name: string) => name === 'city' || !filled.has(name);
  return (
    filled.has('city') &&
    !fields.includes('city') &&
    comparisons.every(({ isName, columns }) => isName === true || columns.every(isPlace))
  );
}

/** @param rows of the whole list */
export function atPlaces({ names: columns, rows }: TextTable, recordCount: number, entity: Entity): AtPlaces | null {
  const town = columns.indexOf('city');
  if (town < 0) return null;
  const at = (record: number, column: number) =>
    column < 0 ? -1 : (rows.cells[record * rows.width + (rows.offsets[column] as number)] as number);
  // The first is filled, or both of two.
  const places = (entity === 'company' ? ['company', 'form'] : ['last', 'first']).map((name) => columns.indexOf(name));
  const towns = new Map<number, number>();
  const [alike, called]: [Groups, Groups] = [new Map(), new Map()];
  let count = 0;
  for (let record = 0; record < recordCount; record += 1) {
    const own = at(record, town);
    const words = places.map((column) => at(record, column));
    if (own < 0 || (words[0] as number) < 0) continue;
    add(alike, words.join(' '), own);
    add(called, `${words[0]}`, own);
    towns.set(own, (towns.get(own) ?? 0) + 1);
    count += 1;
  }
  const share = pairsIn(towns.values()) / Math.max(1, pairsOf(count));
  if (share >= 1) return null;
  const byChance = (apart: number) => (apart * share) / (1 - share);
  const [{ together, apart }, every] = [countPairs(alike), countPairs(called)];
  const expected = byChance(apart);
  const found: AtPlaces = {};
  const areMore = expected <= mostByChance * together && 1 - poissonBelow(expected, together - 1) < accident;
  const areFewer = together < kept.share * expected && poissonBelow(expected, together) < kept.accident;
  if (together > 0 && (areMore || areFewer)) found.copies = true;
  else if (expected >= fewPairs && expected > mostlyChance * together) found.chance = true;
  if (apart >= fewPairs && apart > movedShare * together) found.elsewhere = true;
  const [mixed, mixedApart] = [every.together - together, every.apart - apart];
  if (mixed > 0 && byChance(mixedApart) > formsTell * mixed) found.forms = true;
  return found;
}

/** By name: how many records stand at each place. */
type Groups = Map<string, Map<number, number>>;

function add(groups: Groups, name: string, place: number): void {
  const group = groups.get(name) ?? new Map<number, number>();
  groups.set(name, group.set(place, (group.get(place) ?? 0) + 1));
}

/** Pairs of one name at one place, and at different ones. */
function countPairs(groups: Groups): { together: number; apart: number } {
  let [together, all] = [0, 0];
  for (const group of groups.values()) {
    together += pairsIn(group.values());
    all += pairsOf([...group.values()].reduce((sum, one) => sum + one, 0));
  }
  return { together, apart: all - together };
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;
const pairsIn = (counts: Iterable<number>): number => [...counts].reduce((sum, one) => sum + pairsOf(one), 0);
