// Turns a well-written name, address or number into the way somebody else typed it.
import { companyName, type Company } from './company.ts';
import { legalFormVariants } from './company-names.ts';
import type { Random } from './random.ts';

/** One slip of the fingers inside the word: a letter dropped, doubled, swapped or hit beside. The first letter stays. */
export function typo(text: string, random: Random): string {
  if (text.length < 4) return text;
  const at = random.int(1, text.length - 2);
  const here = text.charAt(at);
  const before = text.slice(0, at);
  const after = text.slice(at + 1);
  return random.pick([
    before + after,
    before + here + here + after,
    before + after.charAt(0) + here + after.slice(1),
    before + random.pick(['a', 'e', 'r', 's', 'n']) + after,
  ]);
}

export function changeCase(text: string, random: Random): string {
  return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
}

/** Another spelling of a company's full name: legal form, case, a typo, a common abbreviation. */
export function respellCompany(company: Company, random: Random): string {
  const form = random.chance(0.65)
    ? random.pick(legalFormVariants[company.legalForm] ?? [company.legalForm])
    : company.legalForm;
  const habit = random.weighted({ same: 45, typo: 20, case: 15, abbreviate: 12, space: 8 });
  const brand = {
    same: () => company.brand,
    typo: () => typo(company.brand, random),
    case: () => changeCase(company.brand, random),
    abbreviate: () => abbreviate(company.brand),
    space: () => company.brand.replace(' ', ''),
  }[habit]();
  return companyName(brand, form);
}

const shortWords: readonly (readonly [RegExp, string])[] = [
  [/\bEngineering\b/i, 'Eng'],
  [/\bInternational\b/i, 'Intl'],
  [/\bSystems\b/i, 'Sys'],
  [/\bConsulting\b/i, 'Consult.'],
  [/\bInsurance\b/i, 'Ins'],
  [/\bElectronics\b/i, 'Elec'],
  [/\bTelecom\b/i, 'Tel'],
  [/\bLogistics\b/i, 'Log.'],
  [/\bServices\b/i, 'Svcs'],
  [/\bStreet\b/, 'St'],
  [/\bRoad\b/, 'Rd'],
  [/\bAve\b/, 'Avenue'],
  [/\bBlvd\b/, 'Boulevard'],
  [/\bSt\b/, 'Street'],
  [/\bSuite\b/, 'Ste'],
  [/strasse\b/, 'str.'],
  [/^Jl\. /, 'Jalan '],
  [/^Avenue /, 'Av. '],
];

export function abbreviate(text: string): string {
  const rule = shortWords.find(([long]) => long.test(text));
  return rule ? text.replace(rule[0], rule[1]) : text;
}
