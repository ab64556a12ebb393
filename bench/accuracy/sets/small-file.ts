/** The contacts of a small office: some 220 rows, a few dozen of them twice. */
import { makeCompany } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const smallFile = heldOut(
  {
    name: 'small_file',
    entity: 'person',
    columns: ['name', 'e-mail', 'mobile', 'company', 'town'],
    map: { full_name: 'name', email: 'e-mail', phone: 'mobile', company: 'company', city: 'town' },
  },
  (random, add) => {
    const firms = Array.from({ length: 25 }, () => makeCompany(random, new Set()).brand);
    for (let entity = 0; entity < 180; entity++) {
      const person = makePerson(random, random.chance(0.5) ? 'GB' : 'FR');
      const firm = random.pick(firms);
      const copies = Number(random.weighted({ 0: 80, 1: 16, 2: 4 }));
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0.02 : 0.2;
        const first = copy > 0 && random.chance(0.2) ? nickname(person.first, random) : person.first;
        add(String(entity), [
          `${slips(first, odds, random)} ${slips(person.last, odds, random)}`,
          orBlank(slips(person.email, odds / 2, random), 0.3, random),
          orBlank(phoneAsTyped(person, random), 0.35, random),
          orBlank(slips(firm, odds / 2, random), 0.3, random),
          orBlank(person.place.city, 0.2, random),
        ]);
      }
    }
  },
);
