/** People of the past as encyclopedias and registers name them: many records each, dates in part, occupations and birthplaces that differ. */
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePlace } from '@assay/emulator/seed/places.ts';
import { heldOut } from './held-out.ts';
import { birthDate, common, nickname } from './person.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

const occupations =
  'politician painter writer soldier clergyman physician lawyer merchant composer engineer actor botanist'.split(' ');

export const historicalPeople = heldOut(
  {
    name: 'historical_people',
    entity: 'person',
    columns: ['first_name', 'surname', 'dob', 'birth_place', 'postcode', 'gender', 'occupation'],
    map: {
      first_name: 'first_name',
      last_name: 'surname',
      birth_date: 'dob',
      city: 'birth_place',
      postal_code: 'postcode',
    },
    compare: { gender: 'category', occupation: 'category' },
  },
  (random, add) => {
    for (let entity = 0; entity < 420; entity++) {
      const [first, last] = [common(peopleNames.GB.given, random), common(peopleNames.GB.surnames, random)];
      const middle = random.chance(0.5) ? common(peopleNames.GB.given, random) : '';
      const [born, place] = [birthDate(random, 1700, 1920), makePlace('GB', random)];
      const [work, gender] = [random.pick(occupations), random.chance(0.8) ? 'male' : 'female'];
      const records = Math.max(1, Math.round(random.logNormal(6, 0.7)));
      for (let at = 0; at < records; at++) {
        const odds = at === 0 ? 0 : 0.13;
        const called = random.weighted({ full: 50, middle: 20, nick: 12, title: 8, initial: 10 });
        const firsts = {
          full: first,
          middle: middle ? `${first} ${middle}` : first,
          nick: nickname(first, random),
          title: `Sir ${first}`,
          initial: first.charAt(0),
        };
        const moved = random.chance(0.12) ? makePlace('GB', random) : place;
        const date = random.chance(0.1)
          ? wrongDate(born, random)
          : random.chance(0.1)
            ? `${born.slice(0, 4)}-01-01`
            : born;
        add(String(entity), [
          slips(firsts[called], odds, random),
          random.chance(0.05) ? `${last}, ${random.int(1, 9)}th Baronet` : slips(last, odds, random),
          orBlank(slips(date, odds / 3, random), 0.12, random),
          orBlank(slips(moved.city.toLowerCase(), odds, random), 0.12, random),
          orBlank(slips(moved.postcode, odds, random), 0.2, random),
          orBlank(gender, 0.1, random),
          random.chance(0.15) ? random.pick(occupations) : orBlank(work, 0.3, random),
        ]);
      }
    }
  },
);
