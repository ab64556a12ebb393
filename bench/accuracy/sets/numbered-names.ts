/** Chains, funds and units told apart by a number only: shops of one street or website are many, however alike their names. */
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { makeCompany } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips } from './slips.ts';

const romans = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'];
const kinds = ['Store', 'Unit', 'Fund', 'Plant', 'Terminal', 'Properties', 'Partners', ''];

export const numberedNames = heldOut(
  {
    name: 'numbered_names',
    entity: 'company',
    columns: ['name', 'website', 'phone', 'street', 'city'],
    map: { name: 'name', website: 'website', phone: 'phone', street: 'street', city: 'city' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let owner = 0; owner < 700; owner++) {
      const company = makeCompany(random, taken);
      const kind = random.pick(kinds);
      const isRoman = kind !== 'Store' && random.chance(0.4);
      const count = random.weighted({ 1: 55, 2: 20, 3: 15, 5: 10 });
      const start = random.chance(0.7) ? 1 : random.int(1, isRoman ? 4 : 40);
      const head = makePlace(company.country, random);
      const isOneHouse = random.chance(0.3);
      const site = company.brand.toLowerCase().replace(/[^a-z]+/g, '');
      const hasOwnSites = random.chance(0.3);
      for (let at = 0; at < Number(count); at++) {
        const number = start + at;
        const place = isOneHouse ? head : makePlace(company.country, random);
        const phone = makePhone(place, random);
        const website = `${site}${hasOwnSites && number > 1 ? String(number) : ''}.com`;
        const isAlone = Number(count) === 1 && random.chance(0.6);
        const copies = random.weighted({ 0: 65, 1: 25, 2: 10 });
        for (let copy = 0; copy <= Number(copies); copy++) {
          const odds = copy === 0 ? 0.02 : 0.2;
          const written = isAlone ? kind : `${kind} ${numeral(number, isRoman, copy, random)}`;
          const blank = copy === 0 ? 0.08 : 0.3;
          add(`${owner}-${at}`, [
            `${slips(company.brand, odds, random)} ${written}`.trim(),
            orBlank(random.chance(0.5) ? `www.${website}` : website, blank, random),
            orBlank(writePhone(phone, place.country, random), blank, random),
            orBlank(slips(place.street, odds, random), blank, random),
            orBlank(place.city, blank, random),
          ]);
        }
      }
    }
  },
);

/** The same number as another would write it. */
function numeral(number: number, isRoman: boolean, copy: number, random: Random): string {
  const roman = romans[number - 1];
  if (isRoman && roman && !(copy > 0 && random.chance(0.2))) return roman;
  const plain = String(number);
  if (copy === 0) return plain;
  return random.pick([plain, plain, `#${plain}`, `No. ${plain}`, plain.padStart(2, '0')]);
}
