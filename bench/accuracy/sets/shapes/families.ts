/** Families with one mailbox, one telephone and one street, with and without birth dates: couples, children, twins. */
import { slips, wrongDate, orBlank } from '../slips.ts';
import { copyCounts, shape, type Generate } from './shape.ts';
import { drawDate, drawGiven, drawName, drawStreet, drawTown, letters, phoneDigits, phoneOf } from './words.ts';

const generate =
  (hasBirthDate: boolean): Generate =>
  (random, add, size, share) => {
    let left = 0;
    let house = { family: '', mail: '', phone: '', street: '', town: '', children: '' };
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      if (left === 0) {
        left = random.int(1, 4);
        const { family } = drawName(random);
        house = {
          family,
          mail: `${random.pick(['family.', 'the', 'casa.', ''])}${letters(family)}${random.int(1, 99)}@${random.pick(['mailbox.org', 'gmail.com', 'posteo.net'])}`,
          phone: phoneDigits(random),
          street: `${random.int(1, 200)} ${drawStreet(random)}`,
          town: drawTown(random, 40),
          children: drawDate(random, 2000, 2015),
        };
      }
      left -= 1;
      const at = house;
      const given = drawGiven(random);
      // Twins are born on one day.
      const born = random.chance(0.1) ? at.children : drawDate(random, 1940, 2012);
      const own = `${letters(given)}.${letters(at.family)}@${random.pick(['gmail.com', 'outlook.com'])}`;
      const mail = random.chance(0.7) ? at.mail : own;
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0 : 0.12;
        add(String(entity), [
          slips(given, odds, random),
          slips(at.family, odds / 2, random),
          orBlank(mail, copy === 0 ? 0.1 : 0.25, random),
          orBlank(phoneOf(at.phone, random), 0.15, random),
          orBlank(slips(at.street, odds, random), 0.1, random),
          at.town,
          ...(hasBirthDate ? [orBlank(copy > 0 && random.chance(0.08) ? wrongDate(born, random) : born, 0.15, random)] : []), // prettier-ignore
        ]);
      }
    }
  };

const map = { first_name: 'given', last_name: 'family', email: 'mail', phone: 'phone', street: 'street', city: 'town' } as const; // prettier-ignore
const columns = ['given', 'family', 'mail', 'phone', 'street', 'town'];

export const families = [
  ...shape({ name: 'families', entity: 'person', columns, map, splinkModel: 'home_address' }, generate(false)),
  ...shape(
    { name: 'families_born', entity: 'person', columns: [...columns, 'born'], map: { ...map, birth_date: 'born' }, splinkModel: 'home_address' }, // prettier-ignore
    generate(true),
  ),
];
