/** A register in which two records in a hundred are copies, badly typed: too few to show a hill of matches of their own. */
import { makeCompany } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const fewCopies = heldOut(
  {
    name: 'few_copies',
    entity: 'person',
    columns: ['vorname', 'name', 'mail', 'telefon', 'firma', 'ort', 'plz'],
    map: {
      first_name: 'vorname',
      last_name: 'name',
      email: 'mail',
      phone: 'telefon',
      company: 'firma',
      city: 'ort',
      postal_code: 'plz',
    },
  },
  (random, add) => {
    const taken = new Set<string>();
    const firms = Array.from({ length: 400 }, () => makeCompany(random, taken).brand);
    for (let entity = 0; entity < 3000; entity++) {
      const person = makePerson(random, random.chance(0.7) ? 'DE' : 'GB');
      const firm = random.pick(firms);
      const copies = random.chance(0.025) ? 1 : 0;
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0.01 : 0.3;
        const blank = copy === 0 ? 0.15 : 0.35;
        const first = copy > 0 && random.chance(0.2) ? nickname(person.first, random) : person.first;
        add(String(entity), [
          slips(first, odds, random),
          slips(person.last, odds, random),
          orBlank(slips(person.email, odds / 2, random), blank, random),
          orBlank(slips(phoneAsTyped(person, random), odds / 3, random), blank, random),
          orBlank(slips(firm, odds, random), blank, random),
          orBlank(slips(person.place.city, odds, random), blank / 2, random),
          orBlank(person.place.postcode, blank, random),
        ]);
      }
    }
  },
);
