/** A CRM after five imports: six records in ten are copies, and of its columns most are empty in most records. */
import { makeCompany, respell } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { makePerson, nickname, phoneAsTyped } from './person.ts';
import { orBlank, slips } from './slips.ts';

const titles = ['CEO', 'Head of Sales', 'Buyer', 'Engineer', 'Consultant', 'Owner', 'Office Manager', 'Director'];

export const mostlyCopies = heldOut(
  {
    name: 'mostly_copies',
    entity: 'person',
    columns: [
      'first',
      'last',
      'email',
      'phone',
      'company',
      'title',
      'street',
      'city',
      'zip',
      'birthday',
      'fax',
      'region',
      'customer_no',
    ],
    map: {
      first_name: 'first',
      last_name: 'last',
      email: 'email',
      phone: 'phone',
      company: 'company',
      title: 'title',
      street: 'street',
      city: 'city',
      postal_code: 'zip',
      birth_date: 'birthday',
    },
    compare: { fax: 'id', region: 'category', customer_no: 'id' },
  },
  (random, add) => {
    const firms = Array.from({ length: 260 }, () => makeCompany(random, new Set()));
    for (let entity = 0; entity < 1100; entity++) {
      const person = makePerson(random, random.pick(['US', 'DE', 'GB']));
      const [firm, title, number] = [random.pick(firms), random.pick(titles), random.digits(7)];
      const [fax, region] = [random.digits(10), random.pick(['North', 'South', 'East', 'West'])];
      const records = 1 + Number(random.weighted({ 0: 25, 1: 25, 2: 25, 3: 15, 4: 10 }));
      for (let at = 0; at < records; at++) {
        const odds = at === 0 ? 0.01 : 0.08;
        add(String(entity), [
          orBlank(
            slips(random.chance(0.12) ? nickname(person.first, random) : person.first, odds, random),
            0.06,
            random,
          ),
          slips(person.last, odds, random),
          orBlank(slips(person.email, odds / 2, random), 0.35, random),
          orBlank(phoneAsTyped(person, random), 0.6, random),
          orBlank(respell(firm, random), 0.45, random),
          orBlank(title, 0.8, random),
          orBlank(slips(person.place.street, odds, random), 0.85, random),
          orBlank(person.place.city, 0.6, random),
          orBlank(person.place.postcode, 0.8, random),
          orBlank(person.birthDate, 0.93, random),
          orBlank(fax, 0.97, random),
          orBlank(region, 0.7, random),
          orBlank(number, 0.9, random),
        ]);
      }
    }
  },
);
