/** Historical persons met in many registers: full names, birth date and place, trade; up to 16 records each, most with several slips. */
import { countries, makePlace } from '@assay/emulator/seed/places.ts';
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { heldOut } from './held-out.ts';
import { common, makePerson, nickname } from './person.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

const trades = [
  'painter',
  'writer',
  'priest',
  'soldier',
  'politician',
  'engraver',
  'merchant',
  'surgeon',
  'lawyer',
  'actor',
];

export const dirtyClusters = heldOut(
  {
    name: 'dirty_clusters',
    entity: 'person',
    columns: ['full_name', 'first_name', 'surname', 'dob', 'birth_place', 'postcode', 'gender', 'occupation'],
    map: { first_name: 'first_name', last_name: 'surname', birth_date: 'dob', postal_code: 'postcode' },
    compare: { birth_place: 'text', occupation: 'category', gender: 'category' },
  },
  (random, add) => {
    for (let entity = 0; entity < 350; entity++) {
      const person = makePerson(random, 'GB');
      const middle = random.chance(0.35) ? common(peopleNames.GB.given, random) : '';
      const [trade, gender] = [random.pick(trades), random.pick(['male', 'female'])];
      const born = random.pick(countries.GB.cities)[0];
      const count = random.int(1, 16);
      for (let at = 0; at < count; at++) {
        const odds = at === 0 ? 0 : 0.25;
        const given = random.chance(0.15) ? nickname(person.first, random) : person.first;
        let first = slips(middle && random.chance(0.5) ? `${given} ${middle}` : given, odds, random);
        let last = slips(person.last, odds, random);
        if (random.chance(0.04)) [first, last] = [last, first];
        const full = `${first} ${last}`;
        const code = random.chance(0.12) ? makePlace('GB', random).postcode : person.place.postcode;
        const day = at > 0 && random.chance(0.15) ? wrongDate(person.birthDate, random) : person.birthDate;
        add(String(entity), [
          full,
          orBlank(first, 0.03, random),
          orBlank(last, 0.03, random),
          orBlank(day, 0.15, random),
          orBlank(born, 0.15, random),
          orBlank(slips(code, odds / 2, random), 0.15, random),
          orBlank(gender, 0.2, random),
          orBlank(trade, 0.3, random),
        ]);
      }
    }
  },
);
