/** What is left of several spreadsheets pasted under each other: in some rows the values stand a column too far left or right. */
import { heldOut } from './held-out.ts';
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { orBlank, slips } from './slips.ts';

export const shiftedColumns = heldOut(
  {
    name: 'shifted_columns',
    entity: 'person',
    columns: ['first', 'last', 'e_mail', 'phone', 'street', 'city', 'zip'],
    map: {
      first_name: 'first',
      last_name: 'last',
      email: 'e_mail',
      phone: 'phone',
      street: 'street',
      city: 'city',
      postal_code: 'zip',
    },
  },
  (random, add) => {
    for (let entity = 0; entity < 1900; entity++) {
      const person = makePerson(random, random.chance(0.6) ? 'US' : 'GB');
      const copies = Number(random.weighted({ 0: 66, 1: 24, 2: 10 }));
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0.01 : 0.1;
        const first = copy > 0 && random.chance(0.1) ? nickname(person.first, random) : person.first;
        const values = [
          slips(first, odds, random),
          slips(person.last, odds, random),
          orBlank(slips(person.email, odds / 2, random), 0.2, random),
          orBlank(phoneAsTyped(person, random), 0.3, random),
          orBlank(slips(person.place.street, odds, random), 0.15, random),
          orBlank(person.place.city, 0.05, random),
          orBlank(person.place.postcode, 0.1, random),
        ];
        add(String(entity), random.chance(0.08) ? shifted(values, random) : values);
      }
    }
  },
);

/** One value missing and those after it moved up, or one too many; or first and last name in one cell. */
function shifted(values: string[], random: Random): string[] {
  const kind = random.weighted({ left: 40, right: 30, joined: 30 });
  const at = random.int(0, 5);
  if (kind === 'joined') return [`${values[0]} ${values[1]}`, '', ...values.slice(2)];
  if (kind === 'left') return [...values.slice(0, at), ...values.slice(at + 1), ''];
  return [...values.slice(0, at), '', ...values.slice(at, -1)];
}
