/** People of whom none is there twice: namesakes and colleagues behind one switchboard abound, and nothing may be linked. */
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { cleanName, makeCompany } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { common } from './person.ts';
import { orBlank } from './slips.ts';

export const noDuplicates = heldOut(
  {
    name: 'no_duplicates',
    entity: 'person',
    columns: ['first_name', 'last_name', 'email', 'phone', 'company', 'city'],
    map: {
      first_name: 'first_name',
      last_name: 'last_name',
      email: 'email',
      phone: 'phone',
      company: 'company',
      city: 'city',
    },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let house = 0; house < 420; house++) {
      const company = makeCompany(random, taken);
      const place = makePlace(company.country, random);
      const switchboard = makePhone(place, random);
      const domain = `${company.brand.toLowerCase().replace(/[^a-z]/g, '')}.com`;
      const names = peopleNames[company.country];
      const addresses = new Set<string>();
      const staff = random.int(1, 12);
      for (let at = 0; at < staff; at++) {
        const [first, last] = [common(names.given, random), common(names.surnames, random)];
        const email = `${first}.${last}@${domain}`.toLowerCase().replaceAll(' ', '');
        if (addresses.has(email)) continue; // two of one name in one house: nobody could tell them apart
        addresses.add(email);
        const direct = random.chance(0.4);
        add(`${house}-${at}`, [
          first,
          last,
          orBlank(email, 0.1, random),
          writePhone(direct ? makePhone(place, random) : switchboard, place.country, random),
          cleanName(company),
          place.city,
        ]);
      }
    }
  },
);
