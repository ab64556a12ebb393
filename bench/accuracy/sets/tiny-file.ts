/** Some sixty members of a club, a dozen of them twice. */
import { heldOut } from './held-out.ts';
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const tinyFile = heldOut(
  {
    name: 'tiny_file',
    entity: 'person',
    columns: ['first', 'last', 'phone', 'street', 'town', 'born'],
    map: {
      first_name: 'first',
      last_name: 'last',
      phone: 'phone',
      street: 'street',
      city: 'town',
      birth_date: 'born',
    },
  },
  (random, add) => {
    for (let entity = 0; entity < 48; entity++) {
      const person = makePerson(random, 'AU');
      const copies = random.chance(0.25) ? 1 : 0;
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0 : 0.12;
        add(String(entity), [
          slips(copy > 0 && random.chance(0.2) ? nickname(person.first, random) : person.first, odds, random),
          slips(person.last, odds, random),
          orBlank(phoneAsTyped(person, random), 0.3, random),
          orBlank(slips(person.place.street, odds, random), 0.2, random),
          orBlank(person.place.city, 0.1, random),
          orBlank(person.birthDate, 0.3, random),
        ]);
      }
    }
  },
);
