/** Patients of several clinics: names, sex, birth date, postcode and a number that is mostly there. Twins and families live at one postcode. */
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePlace } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut, type AddRecord } from './held-out.ts';
import { birthDate, common, nickname } from './person.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

type Patient = { first: string; last: string; sex: string; born: string; postcode: string; number: string };

export const patients = heldOut(
  {
    name: 'patients',
    entity: 'person',
    columns: ['surname', 'forename', 'sex', 'dob', 'postcode', 'health_no'],
    map: { last_name: 'surname', first_name: 'forename', birth_date: 'dob', postal_code: 'postcode' },
    compare: { sex: 'category', health_no: 'id' },
  },
  (random, add) => {
    for (let family = 0; family < 1100; family++) {
      const last = common(peopleNames.GB.surnames, random);
      const { postcode } = makePlace('GB', random);
      const twins = random.chance(0.03) ? birthDate(random, 1950, 2015) : null;
      const members = Number(random.weighted({ 1: 55, 2: 25, 3: 12, 4: 8 }));
      for (let member = 0; member < members; member++) {
        const patient: Patient = {
          first: common(peopleNames.GB.given, random),
          last: random.chance(0.85) ? last : common(peopleNames.GB.surnames, random),
          sex: random.pick(['M', 'F']),
          born: twins ?? birthDate(random, 1930, 2015),
          postcode,
          number: random.digits(10),
        };
        seen(`${family}-${member}`, patient, random, add);
      }
    }
  },
);

function seen(entity: string, patient: Patient, random: Random, add: AddRecord): void {
  const visits = Number(random.weighted({ 1: 65, 2: 22, 3: 9, 4: 4 }));
  for (let visit = 0; visit < visits; visit++) {
    const isLater = visit > 0;
    const married = isLater && patient.sex === 'F' && random.chance(0.08);
    const first = isLater && random.chance(0.08) ? nickname(patient.first, random) : patient.first;
    const odds = isLater ? 0.08 : 0.01;
    const born = isLater && random.chance(0.06) ? wrongDate(patient.born, random) : patient.born;
    const [year, month, day] = born.split('-');
    add(entity, [
      slips(married ? common(peopleNames.GB.surnames, random) : patient.last, odds, random).toUpperCase(),
      slips(first, odds, random),
      random.chance(0.02) ? 'U' : patient.sex,
      orBlank(`${day}/${month}/${year}`, 0.02, random),
      isLater && random.chance(0.15) ? makePlace('GB', random).postcode : orBlank(patient.postcode, 0.06, random),
      orBlank(slips(patient.number, isLater ? 0.03 : 0, random), isLater ? 0.4 : 0.3, random),
    ]);
  }
}
