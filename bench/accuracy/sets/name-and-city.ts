/** A list of voters: names, a town and a postal code, nothing that tells one from another; many sources of one person. */
import { makePlace } from '@assay/emulator/seed/places.ts';
import { heldOut } from './held-out.ts';
import { makePerson, nickname } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const nameAndCity = heldOut(
  {
    name: 'name_and_city',
    entity: 'person',
    columns: ['given_name', 'sur_name', 'suburb', 'post_code'],
    map: { first_name: 'given_name', last_name: 'sur_name', city: 'suburb', postal_code: 'post_code' },
  },
  (random, add) => {
    for (let entity = 0; entity < 1500; entity++) {
      const person = makePerson(random, 'AU');
      const copies = Number(random.weighted({ 0: 50, 1: 25, 2: 15, 3: 7, 4: 3 }));
      for (let copy = 0; copy <= copies; copy++) {
        const place = copy > 0 && random.chance(0.06) ? makePlace('AU', random) : person.place;
        const odds = copy === 0 ? 0 : 0.15;
        add(String(entity), [
          slips(copy > 0 && random.chance(0.06) ? nickname(person.first, random) : person.first, odds, random),
          slips(person.last, odds, random),
          slips(place.city, odds / 2, random),
          orBlank(slips(place.postcode, odds / 2, random), 0.03, random),
        ]);
      }
    }
  },
);
