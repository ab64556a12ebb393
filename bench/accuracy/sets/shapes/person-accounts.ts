/** Person accounts and contacts of one org: the same people under two objects, some of one house, some with a work address too. */
import { orBlank, slips } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawCompany, drawDate, drawName, drawStreet, drawTown, letters, phoneDigits, phoneOf } from './words.ts';

export const personAccounts = shape(
  {
    name: 'person_accounts',
    entity: 'person',
    columns: ['object', 'first', 'last', 'email', 'phone', 'employer', 'street', 'town', 'born'],
    map: {
      first_name: 'first',
      last_name: 'last',
      email: 'email',
      phone: 'phone',
      company: 'employer',
      street: 'street',
      city: 'town',
      birth_date: 'born',
    },
  },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const { given, family } = drawName(random);
      const employer = drawCompany(random).core;
      const mails = [
        `${letters(given)}.${letters(family)}${random.chance(0.4) ? random.int(1, 99) : ''}@gmail.com`,
        `${letters(given).charAt(0)}${letters(family)}@${letters(employer)}.com`,
      ];
      const [phone, born] = [phoneDigits(random), drawDate(random)];
      const [street, town] = [`${random.int(1, 250)} ${drawStreet(random)}`, drawTown(random, 80)];
      for (let copy = 0; copy <= copies; copy++) {
        const isAccount = random.chance(0.6);
        const odds = copy === 0 ? 0 : 0.1;
        add(String(entity), [
          isAccount ? 'Account' : 'Contact',
          slips(given, odds, random),
          slips(family, odds, random),
          orBlank(isAccount ? mails[0]! : random.pick(mails), 0.2, random),
          orBlank(phoneOf(phone, random), 0.3, random),
          isAccount ? '' : orBlank(employer, 0.3, random),
          orBlank(slips(street, odds, random), isAccount ? 0.2 : 0.6, random),
          town,
          isAccount ? orBlank(born, 0.3, random) : '',
        ]);
      }
    }
  },
);
