/** Companies of one house, street or website, told apart by what they do: the leasing arm, the café of the hotel. */
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { makeCompany, respell, cleanName } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips } from './slips.ts';

const arms = ['Leasing', 'Finance', 'Services', 'Logistics', 'Insurance', 'Foundation', 'Realty', 'Café', 'Bar'].concat(
  ['Dining Room', 'Consulting', 'Academy', 'Europe', 'Asia Pacific', 'Nordic', 'Shop', 'Research', 'Energy'],
);

export const sisterCompanies = heldOut(
  {
    name: 'sister_companies',
    entity: 'company',
    columns: ['company', 'homepage', 'phone', 'street', 'city', 'zip'],
    map: {
      name: 'company',
      website: 'homepage',
      phone: 'phone',
      street: 'street',
      city: 'city',
      postal_code: 'zip',
    },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let house = 0; house < 1100; house++) {
      const head = makeCompany(random, taken);
      const site = `${head.brand.toLowerCase().replace(/[^a-z]+/g, '')}.${random.pick(['com', 'net', 'de', 'io'])}`;
      const home = makePlace(head.country, random);
      const sisters = Number(random.weighted({ 0: 75, 1: 15, 2: 7, 3: 3 }));
      const names = new Set(['']);
      while (names.size <= sisters) names.add(random.pick(arms));
      for (const arm of names) {
        const company = { ...head, brand: `${head.brand} ${arm}`.trim() };
        const place = arm === '' || random.chance(0.5) ? home : makePlace(head.country, random);
        const website = arm === '' || random.chance(0.6) ? site : `${arm.toLowerCase().replace(/[^a-z]/g, '')}-${site}`;
        const phone = makePhone(place, random);
        const copies = random.weighted({ 0: 65, 1: 25, 2: 10 });
        for (let copy = 0; copy <= Number(copies); copy++) {
          const blank = copy === 0 ? 0.1 : 0.3;
          add(`${house} ${arm}`, [
            copy === 0 ? cleanName(company) : respell(company, random),
            orBlank(website, blank, random),
            orBlank(writePhone(phone, place.country, random), blank, random),
            ...address(place, blank, copy, random),
          ]);
        }
      }
    }
  },
);

function address(place: ReturnType<typeof makePlace>, blank: number, copy: number, random: Random): string[] {
  if (random.chance(blank)) return ['', orBlank(place.city, 0.5, random), ''];
  return [slips(place.street, copy === 0 ? 0.01 : 0.12, random), place.city, place.postcode];
}
