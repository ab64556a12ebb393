/** The staff of one employer: company, switchboard and town are the same on nearly every row, and columns for mail are empty. */
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import { heldOut } from './held-out.ts';
import { birthDate, common, nickname } from './person.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

const jobs = ['Clerk', 'Engineer', 'Nurse', 'Driver', 'Accountant', 'Analyst', 'Manager', 'Technician'];

export const oneEmployer = heldOut(
  {
    name: 'one_employer',
    entity: 'person',
    columns: ['first', 'last', 'mail', 'phone', 'employer', 'city', 'born', 'job', 'staff_no'],
    map: {
      first_name: 'first',
      last_name: 'last',
      email: 'mail',
      phone: 'phone',
      company: 'employer',
      city: 'city',
      birth_date: 'born',
      title: 'job',
      external_id: 'staff_no',
    },
  },
  (random, add) => {
    const house = makePlace('US', random);
    const switchboard = writePhone(makePhone(house, random), 'US', random);
    for (let entity = 0; entity < 900; entity++) {
      const [first, last] = [common(peopleNames.US.given, random), common(peopleNames.US.surnames, random)];
      const own = random.chance(0.35) ? writePhone(makePhone(house, random), 'US', random) : switchboard;
      const [born, job, number] = [birthDate(random, 1955, 2003), random.pick(jobs), random.digits(6)];
      const copies = Number(random.weighted({ 0: 75, 1: 20, 2: 5 }));
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0.01 : 0.15;
        add(String(entity), [
          slips(copy > 0 && random.chance(0.2) ? nickname(first, random) : first, odds, random),
          slips(last, odds, random),
          '',
          orBlank(own, 0.2, random),
          'Brightwater County Council',
          house.city,
          orBlank(copy > 0 && random.chance(0.1) ? wrongDate(born, random) : born, 0.25, random),
          orBlank(copy > 0 && random.chance(0.3) ? random.pick(jobs) : job, 0.1, random),
          orBlank(copy > 0 ? slips(number, 0.05, random) : number, copy === 0 ? 0.3 : 0.7, random),
        ]);
      }
    }
  },
);
