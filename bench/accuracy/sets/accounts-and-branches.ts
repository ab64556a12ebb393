/** Accounts of a CRM with parents and branches: one website and brand for the house, another town and street for each; all are kept apart. */
import { sectors } from '@assay/emulator/seed/company-names.ts';
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import { cleanName, makeCompany, respell } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips } from './slips.ts';

export const accountsAndBranches = heldOut(
  {
    name: 'accounts_and_branches',
    entity: 'company',
    columns: ['account', 'street', 'city', 'zip', 'country', 'website', 'phone', 'industry'],
    map: {
      name: 'account',
      street: 'street',
      city: 'city',
      postal_code: 'zip',
      country: 'country',
      website: 'website',
      phone: 'phone',
    },
    compare: { industry: 'category' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let house = 0; house < 1000; house++) {
      const company = makeCompany(random, taken);
      const website = `www.${company.brand.toLowerCase().replace(/[^a-z]/g, '')}.com`;
      const industry = random.pick(sectors)[1];
      const sites = random.chance(0.1) ? random.int(2, 5) : 1;
      for (let site = 0; site < sites; site++) {
        const place = makePlace(company.country, random);
        const phone = makePhone(place, random);
        const copies = Number(random.weighted({ 0: 68, 1: 23, 2: 9 }));
        for (let copy = 0; copy <= copies; copy++) {
          const name = copy === 0 ? cleanName(company) : respell(company, random);
          const odds = copy === 0 ? 0 : 0.08;
          add(`${house}-${site}`, [
            site > 0 && random.chance(0.5) ? `${name} ${place.city}` : name,
            orBlank(slips(place.street, odds, random), sites > 1 ? 0.05 : 0.2, random),
            orBlank(place.city, 0.06, random),
            orBlank(place.postcode, 0.2, random),
            company.country,
            orBlank(random.chance(0.5) ? website : `https://${website}/`, 0.4, random),
            orBlank(writePhone(phone, company.country, random), 0.4, random),
            orBlank(industry, 0.3, random),
          ]);
        }
      }
    }
  },
);
