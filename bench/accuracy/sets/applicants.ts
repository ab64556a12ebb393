/** Patent applicants: a name and a country, big firms under dozens of spellings, small ones once. */
import { cleanName, makeCompany, respell } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { makePlace } from '@assay/emulator/seed/places.ts';
import { orBlank, slips } from './slips.ts';

export const applicants = heldOut(
  {
    name: 'applicants',
    entity: 'company',
    columns: ['applicant', 'city', 'country'],
    map: { name: 'applicant', city: 'city', country: 'country' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let entity = 0; entity < 700; entity++) {
      const company = makeCompany(random, taken);
      const cities = [makePlace(company.country, random).city, makePlace(company.country, random).city];
      const records = random.chance(0.06) ? random.int(8, 30) : random.int(1, 3);
      for (let at = 0; at < records; at++) {
        const name = at === 0 ? cleanName(company) : slips(respell(company, random), 0.08, random);
        add(String(entity), [
          random.chance(0.4) ? name.toUpperCase() : name,
          orBlank(random.chance(0.85) ? cities[0]! : cities[1]!, 0.2, random),
          company.country,
        ]);
      }
    }
  },
);
