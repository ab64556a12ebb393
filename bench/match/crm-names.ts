/** Lists of parts into names in the frequencies of a real CRM: a few very common, tens of thousands rare. */
import { peopleNames, type Country } from '@assay/emulator/seed/people-names.ts';
import type { Random } from '@assay/emulator/seed/random.ts';

/**
 * Draws by Zipf's law with exponent `exponent` below 1: the sum of the first k weights grows as k^(1 - exponent), which
 * is inverted. Rank 1 of 20,000 surnames at .65 gets about 1.1 % (Smith has .8 % of the United States).
 */
export function zipfRank(count: number, exponent: number, random: Random): number {
  return Math.min(count - 1, Math.floor(count * random.next() ** (1 / (1 - exponent))));
}

export type NameLists = { given: readonly string[]; surnames: readonly string[] };

/** What turns one surname into its relatives, from common to rare; `~` stands for the name, `-` for it in small letters. */
const relatives = [
  '~',
  '~s',
  '~er',
  'Mc~',
  '~son',
  'Van ~',
  '~e',
  'Fitz-',
  'De ~',
  '~ley',
  "O'~",
  'Mac~',
  '~ski',
  'St. ~',
];

/** Surnames beyond the short lists: about 15,000 for an English-speaking country. */
function widen(names: readonly string[]): string[] {
  const wide = relatives.flatMap((form) =>
    names.map((name) => form.replace('~', name).replace('-', name.toLowerCase())),
  );
  return [...new Set(wide)];
}

export const crmNames: Readonly<Record<Country, NameLists>> = Object.fromEntries(
  Object.entries(peopleNames).map(([country, { given, surnames }]) => [
    country,
    { given, surnames: country === 'ID' ? surnames : widen(surnames) },
  ]),
) as Record<Country, NameLists>;

export function drawGiven(country: Country, random: Random): string {
  const { given } = crmNames[country];
  return given[zipfRank(given.length, 0.5, random)] ?? '';
}

export function drawSurname(country: Country, random: Random): string {
  const { surnames } = crmNames[country];
  return surnames[zipfRank(surnames.length, 0.6, random)] ?? '';
}
