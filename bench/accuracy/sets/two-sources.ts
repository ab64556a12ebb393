/** A CRM and a webshop: each person at most once in each, other columns filled in each; link across the sources only. */
import { heldOut } from './held-out.ts';
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const twoSources = heldOut(
  {
    name: 'two_sources',
    entity: 'person',
    columns: ['system', 'first', 'last', 'email', 'mobile', 'street', 'city', 'zip'],
    map: {
      first_name: 'first',
      last_name: 'last',
      email: 'email',
      phone: 'mobile',
      street: 'street',
      city: 'city',
      postal_code: 'zip',
    },
    source: 'system',
  },
  (random, add) => {
    for (let entity = 0; entity < 2600; entity++) {
      const person = makePerson(random, 'US');
      const { place } = person;
      const where = random.weighted({ crm: 35, shop: 35, both: 30 });
      if (where !== 'shop') {
        add(String(entity), [
          'crm',
          person.first,
          person.last,
          orBlank(person.email, 0.1, random),
          orBlank(phoneAsTyped(person, random), 0.3, random),
          orBlank(place.street, 0.5, random),
          place.city,
          orBlank(place.postcode, 0.4, random),
        ]);
      }
      if (where === 'crm') continue;
      add(String(entity), [
        'shop',
        slips(random.chance(0.25) ? nickname(person.first, random) : person.first, 0.1, random),
        slips(person.last, 0.1, random),
        random.chance(0.35) ? `${person.last.toLowerCase()}${random.int(100, 999)}@gmail.com` : person.email,
        orBlank(phoneAsTyped(person, random), 0.5, random),
        slips(place.street, 0.1, random),
        slips(place.city, 0.05, random),
        place.postcode,
      ]);
    }
  },
);
