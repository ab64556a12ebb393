/**
 * Whether names of companies in a list are equal by chance, as those made of family names are. Legal forms tell: copies have one form
 * nearly always, namesakes have the same one only as often as chance gives it.
 */
import type { Rarity } from './frequency.ts';
import { poissonBelow } from './lacking-namesakes.ts';
import type { TextTable } from './text-table.ts';

/**
 * Of the names that copies share so many stand beside another form, and so many beside another one that is there twice itself. The
 * most that any list of the bench has whose equal names are copies, rounded up.
 */
const respelt = { once: 0.15, twice: 0.025 };
/** Copies alone look so no more often than this. */
const accident = 0.005;
/** Names that stand beside other forms: fewer are never enough. */
const leastDiffering = 3;
/** Names without a form are as likely another's if chance gives so many of those that stand beside one with a form. */
const bareShare = 0.25;
/** Fewer equal pairs show nothing. */
const fewEqual = 10;
/** Of so many times the pairs that chance gives: fewer were kept apart, more are copies. */
const asExpected = { least: 0.7, most: 1.5 };
/** Equal ones are no copies if chance gives more than half of them. */
const chanceShare = 0.5;

/** What a list says of chance. */
export type Coincidence = NonNullable<Rarity['coincidence']>;

/** By name: how many records have each form of it, or none. */
type Groups = Map<number, Map<number, number>>;
const bare = -1;

const pairsOf = (count: number): number => (count * (count - 1)) / 2;
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** @param isLeftOut by place; null: nobody is. @returns null where equal names may be copies, whatever their forms are */
export function coincidenceOf(
  texts: TextTable,
  recordCount: number,
  isLeftOut: Uint8Array | null,
): { found: Coincidence; groups: Groups } | null {
  const { names, rows } = texts;
  const [company, form] = [names.indexOf('company'), names.indexOf('form')];
  if (company < 0 || form < 0) return null;
  const groups: Groups = new Map();
  for (let place = 0; place < recordCount; place += 1) {
    if (isLeftOut?.[place] === 1) continue;
    const at = (column: number) => rows.cells[place * rows.width + (rows.offsets[column] as number)] as number;
    const [name, own] = [at(company), at(form)];
    if (name < 0) continue;
    const group = groups.get(name) ?? new Map<number, number>();
    groups.set(name, group.set(own < 0 ? bare : own, (group.get(own < 0 ? bare : own) ?? 0) + 1));
  }
  const counted = countGroups(groups);
  const { shared, differing, twice } = counted;
  if (differing < leastDiffering) return null;
  if (Math.min(tail(shared, differing, respelt.once), tail(shared, twice, respelt.twice)) >= accident) return null;
  return { found: chanceOf(counted), groups };
}

/** Takes pairs that differ in their form out of those that agree in the name. */
export function countOneForm(rarity: Rarity, classes: Uint8Array, groups: Groups): void {
  rarity.pairCount.fill(0);
  for (const [name, group] of groups) {
    const at = classes[name] as number;
    for (const count of group.values()) rarity.pairCount[at] = (rarity.pairCount[at] as number) + pairsOf(count);
  }
}

function countGroups(groups: Groups) {
  const counted = { shared: 0, differing: 0, twice: 0, mixed: 0, other: 0, same: 0, bare: 0 };
  const formCounts = new Map<number, number>();
  /** Of names that two records have at most, with a form each: copies show there. */
  const few = { names: 0, same: 0 };
  const variants = { formed: 0, bare: 0 };
  let named = 0;
  for (const group of groups.values()) {
    const bares = group.get(bare) ?? 0;
    const forms = [...group].flatMap(([own, count]) => (own === bare ? [] : [count]));
    const formed = sumOf(forms);
    named += bares + formed;
    for (const [own, count] of group) if (own !== bare) formCounts.set(own, (formCounts.get(own) ?? 0) + count);
    variants.formed += forms.length;
    if (bares > 0 && formed > 0) variants.bare += 1;
    const same = sumOf(forms.map(pairsOf));
    counted.mixed += bares * formed;
    counted.other += pairsOf(formed) - same;
    counted.same += same;
    if (formed > 0) counted.bare += pairsOf(bares);
    if (formed === 1 || formed === 2) few.names += 1;
    if (formed === 2 && forms.length === 1) few.same += 1;
    if (formed < 2) continue;
    counted.shared += 1;
    if (forms.length > 1) counted.differing += 1;
    if (forms.filter((count) => count > 1).length > 1) counted.twice += 1;
  }
  return { ...counted, formCounts: [...formCounts.values()], few, variants, named };
}

function chanceOf({
  mixed,
  other,
  same,
  bare: bares,
  formCounts,
  few,
  variants,
  named,
}: ReturnType<typeof countGroups>) {
  const formed = sumOf(formCounts);
  const alike = Math.min(0.95, sumOf(formCounts.map((count) => (count / formed) ** 2)));
  const odds = alike / (1 - alike);
  const share = formed / named;
  // One copy for every so many of the names that only two records have; several of one by the same chance.
  const copied = Math.min(0.9, few.same / Math.max(1, few.names));
  const copies = copied / (1 - copied);
  const copyPairs = copies + copies ** 2 / 2;
  const isChance = (pairs: number, expected: number, of: number) =>
    pairs >= fewEqual &&
    pairs >= asExpected.least * expected &&
    pairs <= asExpected.most * expected &&
    pairs - copyPairs * of > chanceShare * pairs;
  const found: Coincidence = {};
  if ((2 * other * share * (1 - share)) / (share * share * (1 - alike)) > bareShare * mixed) found.bare = true;
  if (isChance(same, other * odds, variants.formed)) found.sameForm = true;
  if (isChance(bares, mixed ** 2 / (4 * other * (1 + odds)), variants.bare)) found.noForm = true;
  // Fewer equal ones than chance gives: whoever made the list kept them apart.
  const expected = other * odds;
  if (same < asExpected.least * expected && poissonBelow(expected, same) < accident) found.keptApart = true;
  return found;
}

/** How often at least `least` of `count` happen that each happen with a chance. */
function tail(count: number, least: number, chance: number): number {
  let [term, below] = [(1 - chance) ** count, 0];
  for (let at = 0; at < least; at += 1) {
    below += term;
    term *= ((count - at) / (at + 1)) * (chance / (1 - chance));
  }
  return 1 - below;
}
