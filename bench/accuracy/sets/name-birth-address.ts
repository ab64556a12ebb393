/** People with a full name, a birth date and an address in one line, as a register of members has them. */
import { birthDate, common, makePerson } from './person.ts';
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePlace } from '@assay/emulator/seed/places.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

export const nameBirthAddress = heldOut(
  {
    name: 'name_birth_address',
    entity: 'person',
    columns: ['member', 'born_on', 'address', 'place'],
    map: { full_name: 'member', birth_date: 'born_on', street: 'address', city: 'place' },
  },
  (random, add) => {
    for (let entity = 0; entity < 2200; entity++) {
      const country = random.weighted({ DE: 50, FR: 30, GB: 20 });
      const person = makePerson(random, country);
      const middle = random.chance(0.3) ? common(peopleNames[country].given, random) : '';
      const copies = random.weighted({ 0: 70, 1: 22, 2: 8 });
      for (let copy = 0; copy <= Number(copies); copy++) {
        const isMoved = copy > 0 && random.chance(0.2);
        const place = isMoved ? makePlace(country, random) : person.place;
        const odds = copy === 0 ? 0.01 : 0.15;
        const [first, last] = [slips(person.first, odds, random), slips(person.last, odds, random)];
        const inner = middle && random.chance(0.6) ? ` ${random.chance(0.5) ? `${middle.charAt(0)}.` : middle}` : '';
        const name = random.weighted({ plain: 70, comma: 20, capital: 10 });
        const written = {
          plain: `${first}${inner} ${last}`,
          comma: `${last}, ${first}${inner}`,
          capital: `${first}${inner} ${last.toUpperCase()}`,
        };
        const born = copy > 0 && random.chance(0.06) ? wrongDate(person.birthDate, random) : person.birthDate;
        add(String(entity), [
          written[name],
          orBlank(born, copy === 0 ? 0.01 : 0.1, random),
          orBlank(slips(place.street, odds, random), 0.03, random),
          place.city,
        ]);
      }
      // Somebody else of the same name: only the birth date and the address tell them apart.
      if (random.chance(0.04)) {
        const other = makePlace(country, random);
        add(`${entity}-namesake`, [`${person.first} ${person.last}`, birthDate(random), other.street, other.city]);
      }
    }
  },
);
