/** Companies of which nothing is known but the name and the country: legal forms, abbreviations, slips. */
import { countries } from '@assay/emulator/seed/places.ts';
import { cleanName, makeCompany, respell } from './company-words.ts';
import { heldOut } from './held-out.ts';

export const companyNames = heldOut(
  {
    name: 'company_names',
    entity: 'company',
    columns: ['company', 'country'],
    map: { name: 'company', country: 'country' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let entity = 0; entity < 1800; entity++) {
      const company = makeCompany(random, taken);
      const country = countries[company.country].name;
      add(String(entity), [cleanName(company), country]);
      const copies = random.weighted({ 0: 65, 1: 25, 2: 10 });
      for (let copy = 0; copy < Number(copies); copy++) {
        add(String(entity), [respell(company, random), random.chance(0.3) ? '' : country]);
      }
    }
  },
);
