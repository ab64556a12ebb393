/** People whose copies are typed badly: several slips a field, first and last name exchanged, values in the wrong column. */
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

export const typosAndSwaps = heldOut(
  {
    name: 'typos_and_swaps',
    entity: 'person',
    columns: ['given', 'family', 'mail', 'tel', 'born', 'street', 'town', 'zip'],
    map: {
      first_name: 'given',
      last_name: 'family',
      email: 'mail',
      phone: 'tel',
      birth_date: 'born',
      street: 'street',
      city: 'town',
      postal_code: 'zip',
    },
  },
  (random, add) => {
    for (let entity = 0; entity < 1500; entity++) {
      const person = makePerson(random, 'US');
      const { place } = person;
      const copies = random.weighted({ 0: 50, 1: 30, 2: 14, 3: 6 });
      for (let copy = 0; copy <= Number(copies); copy++) {
        const odds = copy === 0 ? 0.03 : 0.35;
        let given = slips(copy > 0 && random.chance(0.2) ? nickname(person.first, random) : person.first, odds, random);
        let family = slips(person.last, odds, random);
        let town = slips(place.city, odds, random);
        let zip = slips(place.postcode, odds / 2, random);
        if (copy > 0 && random.chance(0.12)) [given, family] = [family, given];
        if (copy > 0 && random.chance(0.05)) [town, zip] = [zip, town];
        if (copy > 0 && random.chance(0.05)) [given, family] = ['', `${given} ${family}`];
        const blank = copy === 0 ? 0.02 : 0.25;
        add(String(entity), [
          given,
          family,
          orBlank(slips(person.email, odds / 2, random), blank, random),
          orBlank(slips(phoneAsTyped(person, random), odds / 3, random), blank, random),
          orBlank(random.chance(odds / 3) ? wrongDate(person.birthDate, random) : person.birthDate, blank, random),
          orBlank(slips(place.street, odds, random), blank, random),
          orBlank(town, blank / 2, random),
          orBlank(zip, blank / 2, random),
        ]);
      }
    }
  },
);
