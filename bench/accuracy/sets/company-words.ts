/** Draws into a company and the ways its name is written: legal forms, abbreviations, acronyms, word order. */
import { brandWords, legalForms, legalFormVariants, sectors } from '@assay/emulator/seed/company-names.ts';
import { companyName } from '@assay/emulator/seed/company.ts';
import { abbreviate } from '@assay/emulator/seed/misspell.ts';
import { peopleNames, type Country } from '@assay/emulator/seed/people-names.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { slips } from './slips.ts';

export type Company = { country: Country; brand: string; legalForm: string };

/** No two companies of one set have the same brand: `taken` holds those given out. */
export function makeCompany(random: Random, taken: Set<string>): Company {
  const country = random.weighted<Country>({ US: 45, DE: 18, GB: 14, FR: 10, ID: 7, AU: 6 });
  for (;;) {
    const word = random.pick(sectors)[0];
    const family = random.pick(peopleNames[country].surnames);
    const brand = random.weighted({
      words: 50,
      family: 25,
      partners: 15,
      pair: 10,
    });
    const forms = {
      words: `${random.pick(brandWords)} ${word}`,
      family: `${family} ${word}`,
      partners: `${family} & ${random.pick(peopleNames[country].surnames)}`,
      pair: `${random.pick(brandWords)} ${random.pick(brandWords)} ${word}`,
    };
    if (taken.has(forms[brand])) continue;
    taken.add(forms[brand]);
    return { country, brand: forms[brand], legalForm: random.pick(legalForms[country]) };
  }
}

export function cleanName({ brand, legalForm }: Company): string {
  return companyName(brand, legalForm);
}

export function respell(company: Company, random: Random): string {
  const form = random.chance(0.6)
    ? random.pick(legalFormVariants[company.legalForm] ?? [company.legalForm])
    : company.legalForm;
  const habit = random.weighted({ same: 30, slip: 30, short: 15, and: 10, capital: 10, the: 5 });
  const brands = {
    same: company.brand,
    slip: slips(company.brand, 0.45, random),
    short: abbreviate(company.brand),
    and: company.brand.replace(' & ', ' and '),
    capital: company.brand.toUpperCase(),
    the: `The ${company.brand}`,
  };
  return companyName(brands[habit], form);
}
