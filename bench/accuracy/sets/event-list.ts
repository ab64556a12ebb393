/** Who came to which event: a name and an e-mail address, nothing else; several addresses of one person, colleagues of one name. */
import { heldOut } from './held-out.ts';
import { makeCompany } from './company-words.ts';
import { mailOf, makePerson, nickname } from './person.ts';
import { slips } from './slips.ts';

export const eventList = heldOut(
  {
    name: 'event_list',
    entity: 'person',
    columns: ['attendee', 'mail'],
    map: { full_name: 'attendee', email: 'mail' },
  },
  (random, add) => {
    const firms = Array.from({ length: 300 }, () =>
      makeCompany(random, new Set())
        .brand.toLowerCase()
        .replace(/[^a-z]/g, ''),
    );
    for (let entity = 0; entity < 1800; entity++) {
      const person = makePerson(random, random.pick(['US', 'GB', 'DE', 'FR']));
      const [first, last] = [person.first, person.last].map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
      const work = `${random.pick([`${first}.${last}`, `${first?.charAt(0)}${last}`, `${first}`])}@${random.pick(firms)}.com`;
      const mails = [work, work, mailOf(person.first, person.last, random)];
      const events = Number(random.weighted({ 1: 55, 2: 24, 3: 12, 4: 6, 6: 3 }));
      for (let event = 0; event < events; event++) {
        const given = random.chance(0.12) ? nickname(person.first, random) : person.first;
        const name = random.weighted({ plain: 78, comma: 8, initial: 6, first: 4, title: 4 });
        const written = {
          plain: `${given} ${person.last}`,
          comma: `${person.last}, ${given}`,
          initial: `${given.charAt(0)}. ${person.last}`,
          first: given,
          title: `Dr. ${given} ${person.last}`,
        };
        add(String(entity), [slips(written[name], 0.06, random), slips(random.pick(mails), 0.04, random)]);
      }
    }
  },
);
