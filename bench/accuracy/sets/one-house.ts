/** Families: one surname, one address, one landline, fathers and sons of one name, twins; and each of them entered twice or not. */
import { heldOut } from './held-out.ts';
import { birthDate, common, makePerson, nickname, phoneAsTyped } from './person.ts';
import { peopleNames, type Country } from '@assay/emulator/seed/people-names.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { orBlank, slips } from './slips.ts';

export const oneHouse = heldOut(
  {
    name: 'one_house',
    entity: 'person',
    columns: ['first', 'last', 'dob', 'phone', 'street', 'city', 'zip'],
    map: {
      first_name: 'first',
      last_name: 'last',
      birth_date: 'dob',
      phone: 'phone',
      street: 'street',
      city: 'city',
      postal_code: 'zip',
    },
  },
  (random, add) => {
    for (let house = 0; house < 550; house++) {
      const parent = makePerson(random, random.weighted({ US: 60, GB: 25, AU: 15 }));
      for (const [at, member] of family(parent.first, parent.place.country, random).entries()) {
        const copies = random.weighted({ 0: 70, 1: 22, 2: 8 });
        for (let copy = 0; copy <= Number(copies); copy++) {
          const odds = copy === 0 ? 0.01 : 0.12;
          const first = copy > 0 && random.chance(0.2) ? nickname(member.first, random) : member.first;
          add(`${house}-${at}`, [
            slips(first, odds, random),
            slips(parent.last + member.suffix, odds, random),
            orBlank(member.born, copy === 0 ? 0.02 : 0.15, random),
            orBlank(phoneAsTyped(parent, random), 0.2, random),
            slips(parent.place.street, odds, random),
            parent.place.city,
            parent.place.postcode,
          ]);
        }
      }
    }
  },
);

type Member = { first: string; suffix: string; born: string };

function family(head: string, country: Country, random: Random): Member[] {
  const { given } = peopleNames[country];
  const names = new Set([head]);
  const fresh = (): string => {
    const name = common(given, random);
    if (names.has(name)) return fresh();
    names.add(name);
    return name;
  };
  const members = [
    { first: head, suffix: random.chance(0.1) ? ' Sr' : '', born: birthDate(random, 1950, 1975) },
    { first: fresh(), suffix: '', born: birthDate(random, 1950, 1975) },
  ];
  const twins = birthDate(random, 1985, 2008);
  const children = random.int(0, 3);
  for (let child = 0; child < children; child++) {
    members.push({ first: fresh(), suffix: '', born: random.chance(0.15) ? twins : birthDate(random, 1985, 2008) });
  }
  if (members[0]?.suffix === ' Sr') members.push({ first: head, suffix: ' Jr', born: birthDate(random, 1985, 2008) });
  return members;
}
