/** Namesakes at one employer, the second with a number in the address, and addresses that are only mistyped. */
import { makeCompany as makeEmployer } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { mailOf, makePerson, nickname } from './person.ts';
import { orBlank, slips } from './slips.ts';

const jobs = ['Buyer', 'Engineer', 'Head of Sales', 'Controller', 'Owner', 'Assistant', 'Consultant', 'Partner'];

export const numberedMailboxes = heldOut(
  {
    name: 'numbered_mailboxes',
    entity: 'person',
    columns: ['name', 'mail', 'employer', 'job'],
    map: { full_name: 'name', email: 'mail', company: 'employer', title: 'job' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let firm = 0; firm < 300; firm++) {
      const employer = makeEmployer(random, taken);
      const domain = `${employer.brand.toLowerCase().replace(/[^a-z]+/g, '')}.com`;
      const staff = random.int(1, 12);
      for (let at = 0; at < staff; at++) {
        const person = makePerson(random, 'US');
        const [f, l] = [person.first, person.last].map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
        const pattern = random.pick([`${f}.${l}`, `${f}${l}`, `${f?.charAt(0)}${l}`]);
        const namesakes = random.chance(0.12) ? random.int(2, 3) : 1;
        for (let number = 1; number <= namesakes; number++) {
          const own = random.chance(0.15)
            ? mailOf(person.first, person.last, random)
            : `${pattern}${number > 1 ? number : ''}@${domain}`;
          const job = random.pick(jobs);
          const copies = random.weighted({ 0: 70, 1: 22, 2: 8 });
          for (let copy = 0; copy <= Number(copies); copy++) {
            const odds = copy === 0 ? 0.01 : 0.12;
            const first = copy > 0 && random.chance(0.2) ? nickname(person.first, random) : person.first;
            add(`${firm}-${at}-${number}`, [
              `${slips(first, odds, random)} ${slips(person.last, odds, random)}`,
              orBlank(slips(own, odds, random), copy === 0 ? 0.03 : 0.2, random),
              orBlank(employer.brand, 0.1, random),
              orBlank(copy > 0 && random.chance(0.3) ? random.pick(jobs) : job, 0.2, random),
            ]);
          }
        }
      }
    }
  },
);
