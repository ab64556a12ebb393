/** The files of fields/ into the comparisons that take part: those of the entity and of further columns of which something is filled. */
import { readdirSync } from 'node:fs';
import { extraColumn, type CompareKind, type MatchEntity, type MatchLayout } from '../definition.ts';
import type { Comparison, FieldComparison, PlacedLevel } from './comparison.ts';
import { Columns } from './condition.ts';
import { compareCategories } from './kinds/category.ts';
import { compareDates } from './kinds/date.ts';
import { compareIds } from './kinds/id.ts';
import { compareNames } from './kinds/name.ts';
import { compareNumbers } from './kinds/number.ts';
import { compareTexts } from './kinds/text.ts';

const folder = new URL('./fields/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
const fields = await Promise.all(
  files
    .sort()
    .map(async (file) => ((await import(new URL(file, folder).href)) as { default: FieldComparison }).default),
);

const byKind: Record<CompareKind, (name: string, column: string) => Comparison> = {
  name: compareNames,
  text: compareTexts,
  category: compareCategories,
  date: compareDates,
  number: compareNumbers,
  id: compareIds,
};

export function comparisonsOf(
  { entity, fields: mapped, extras }: MatchLayout,
  filled: ReadonlySet<string>,
): Comparison[] {
  const isOfCountry = filled.has('city') && mapped.includes('country') && !mapped.includes('city');
  const own = fields.flatMap((field) => field[entity] ?? []).sort((a, b) => a.order - b.order);
  const further = extras.map(({ name, kind }, at) => byKind[kind](name, extraColumn(at)));
  return [...own.map(({ comparison }) => comparison), ...further]
    .filter(({ columns }) => columns.some((column) => filled.has(column)))
    .map((one) => ({ ...one, levels: believable(isOfCountry ? one.levels.map(ofCountry) : one.levels, filled) }));
}

/** Where the country stands for the town (standard.ts) a reader sees what it is. */
const ofCountry = (level: PlacedLevel): PlacedLevel => ({
  ...level,
  label: level.label
    .replace('same city, no street', 'same country')
    .replace('another place, no street', 'another country')
    .replace('in another town', 'in another country'),
});

/** What a comparison is called by those who fill its column, where that is another word. */
const words: Readonly<Record<string, string>> = { domain: 'website' };

/** What tells one record from another and is filled nowhere: in the user's words. */
export function lackingFields(entity: MatchEntity, filled: ReadonlySet<string>): string[] {
  const own = fields.flatMap((field) => field[entity] ?? []).sort((a, b) => a.order - b.order);
  return own.flatMap(({ comparison: { name, columns, identifying, isWitness } }) =>
    (identifying || isWitness) && !columns.some((column) => filled.has(column))
      ? [words[name] ?? name.replaceAll('_', ' ')]
      : [],
  );
}

/** What is believed of levels that no pair can show goes to the other ways to agree. */
function believable(levels: PlacedLevel[], filled: ReadonlySet<string>): PlacedLevel[] {
  const isPossible = ({ reads }: PlacedLevel) => !reads || reads.some((column) => filled.has(column));
  const agreeing = levels.filter(({ key }) => key !== 'differs');
  const sum = (of: PlacedLevel[]) => of.reduce((total, { m }) => total + m, 0);
  const share = sum(agreeing.filter(isPossible)) / sum(agreeing);
  return levels.map((one) => (isPossible(one) && one.key !== 'differs' ? { ...one, m: one.m / share } : one));
}

/** Columns whose texts comparisons ask for: those they are named for, and those their levels and gates read besides. */
export function textColumns(layout: MatchLayout, filled: ReadonlySet<string>): string[] {
  const comparisons = comparisonsOf(layout, filled);
  const own = comparisons.flatMap(({ columns }) => columns);
  return [...new Set([...own, ...columnsAsked(comparisons)])].filter((name) => filled.has(name));
}

/** Bound to columns of no records, comparisons ask for those they read. */
function columnsAsked(comparisons: readonly Comparison[]): string[] {
  const columns = Columns.empty();
  for (const { blank, find, graded, levels, gates } of comparisons) {
    find?.(columns);
    if (graded !== undefined) columns.of(graded);
    for (const condition of [blank, ...levels.map(({ when }) => when), ...gates.map(({ shut }) => shut)])
      if (condition) columns.bind(condition);
  }
  return columns.asked;
}
