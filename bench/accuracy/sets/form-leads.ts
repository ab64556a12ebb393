/** People who filled in forms: lower case or capitals, nothing or nonsense where a field was in the way, another address each time. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { makeCompany, respell, type Company } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { mailOf, makePerson, nickname, phoneAsTyped, type Person } from './person.ts';
import { orBlank, slips } from './slips.ts';

const nonsense = ['test', 'asdf', 'n/a', 'none', 'x', '-', 'private', 'student', 'self', 'home'];
const mistypedHosts: [RegExp, string][] = [
  [/gmail\.com/, 'gmial.com'],
  [/gmail\.com/, 'gmail.co'],
  [/outlook\.com/, 'outlok.com'],
  [/yahoo\.com/, 'yaho.com'],
];

export const formLeads = heldOut(
  {
    name: 'form_leads',
    entity: 'person',
    columns: ['fname', 'lname', 'email', 'organisation', 'phone', 'country'],
    map: {
      first_name: 'fname',
      last_name: 'lname',
      email: 'email',
      company: 'organisation',
      phone: 'phone',
      country: 'country',
    },
  },
  (random, add) => {
    const firms = Array.from({ length: 500 }, () => makeCompany(random, new Set()));
    for (let entity = 0; entity < 2000; entity++) {
      const person = makePerson(random, random.weighted({ US: 50, GB: 20, DE: 15, FR: 15 }));
      const firm = random.pick(firms);
      const forms = Number(random.weighted({ 1: 62, 2: 22, 3: 10, 5: 4, 8: 2 }));
      const mails = [workMail(person, firm), mailOf(person.first, person.last, random)];
      for (let form = 0; form < forms; form++) add(String(entity), filledIn(person, firm, mails, random));
    }
  },
);

function workMail({ first, last }: Person, { brand }: Company): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  return `${plain(first)}.${plain(last)}@${plain(brand)}.com`;
}

function filledIn(person: Person, firm: Company, mails: string[], random: Random): string[] {
  const first = random.chance(0.15) ? nickname(person.first, random) : person.first;
  const names = [slips(first, 0.04, random), slips(person.last, 0.04, random)] as [string, string];
  if (random.chance(0.04)) names.reverse();
  if (random.chance(0.05)) names[1] = names[1].charAt(0);
  if (random.chance(0.03)) names[0] = `${names[0]} ${names[1]}`;
  const given = random.pick(mails);
  const wrong = random.pick(mistypedHosts);
  const mail = random.chance(0.05) ? given.replace(wrong[0], wrong[1]) : slips(given, 0.03, random);
  const cased = random.weighted({ asIs: 70, lower: 22, upper: 8 });
  const write = (text: string) =>
    cased === 'lower' ? text.toLowerCase() : cased === 'upper' ? text.toUpperCase() : text;
  return [
    write(names[0]),
    write(names[1]),
    random.chance(0.06) ? '' : mail,
    random.chance(0.12) ? random.pick(nonsense) : orBlank(write(respell(firm, random)), 0.25, random),
    random.chance(0.06)
      ? random.pick(['0000000000', '123456789', '5555555555', '000'])
      : orBlank(phoneAsTyped(person, random), 0.45, random),
    orBlank(person.place.country, 0.2, random),
  ];
}
