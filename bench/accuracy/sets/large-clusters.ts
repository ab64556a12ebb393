/** People entered 5 to 20 times each over the years, with moves, marriages and other addresses: links must chain, not leak. */
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePhone, makePlace } from '@assay/emulator/seed/places.ts';
import { heldOut } from './held-out.ts';
import { common, mailOf, makePerson, nickname, phoneAsTyped } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const largeClusters = heldOut(
  {
    name: 'large_clusters',
    entity: 'person',
    columns: ['fn', 'ln', 'email', 'phone', 'street', 'city', 'postcode'],
    map: {
      first_name: 'fn',
      last_name: 'ln',
      email: 'email',
      phone: 'phone',
      street: 'street',
      city: 'city',
      postal_code: 'postcode',
    },
  },
  (random, add) => {
    for (let entity = 0; entity < 260; entity++) {
      let person = makePerson(random, 'GB');
      const count = random.int(5, 20);
      for (let at = 0; at < count; at++) {
        // One thing changes at a time and stays changed, so that records far apart may share little.
        if (random.chance(0.12)) person = { ...person, email: mailOf(person.first, person.last, random) };
        if (random.chance(0.1)) person = { ...person, phone: makePhone(person.place, random) };
        if (random.chance(0.06)) person = { ...person, place: makePlace('GB', random) };
        if (random.chance(0.015)) person = { ...person, last: common(peopleNames.GB.surnames, random) };
        add(String(entity), [
          slips(random.chance(0.15) ? nickname(person.first, random) : person.first, 0.05, random),
          slips(person.last, 0.05, random),
          orBlank(person.email, 0.25, random),
          orBlank(phoneAsTyped(person, random), 0.25, random),
          orBlank(slips(person.place.street, 0.05, random), 0.25, random),
          orBlank(person.place.city, 0.1, random),
          orBlank(person.place.postcode, 0.2, random),
        ]);
      }
    }
  },
);
