/** A person at an employer into the records of the CRM: the first as known, the copies as entered again by others. */
import type { Country } from '@assay/emulator/seed/people-names.ts';
import { companyName } from '@assay/emulator/seed/company.ts';
import { respellCompany, typo } from '@assay/emulator/seed/misspell.ts';
import { nicknames } from '@assay/emulator/seed/people-names.ts';
import { countries, makePhone, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { mailName, titleShortForms } from '@assay/emulator/seed/person.ts';
import type { Employer } from './crm-company.ts';
import { drawGiven, drawSurname } from './crm-names.ts';

export const crmColumns = [
  'object',
  'first_name',
  'last_name',
  'email',
  'phone',
  'company',
  'title',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
  'website',
  'created_date',
] as const;

export type CrmPerson = { first: string; last: string; email: string; phone: string; title: string; at: Employer };

const titles = Object.keys(titleShortForms).concat([
  'Account Executive',
  'Buyer',
  'Partner',
  'Owner',
  'Controller',
  'Engineer',
]);
const freeMail = ['gmail.com', 'gmail.com', 'gmail.com', 'outlook.com', 'yahoo.com', 'hotmail.com', 'icloud.com'];
const placeholders = ['n/a', 'unknown', '-', 'TBD'];

/** `taken` holds the addresses given out at this employer, so that no two people share one by accident. */
export function makeCrmPerson(at: Employer, taken: Set<string>, random: Random): CrmPerson {
  const country = at.place.country;
  const isOneWord = country === 'ID' && random.chance(0.25);
  const first = isOneWord ? '' : drawGiven(country, random);
  const last = drawSurname(country, random);
  let email = random.chance(0.1)
    ? `${mailName(first, last, 'first.last')}${random.int(1, 999)}@${random.pick(freeMail)}`
    : `${mailName(first, last, at.mailPattern)}@${at.domain}`;
  for (let n = 2; taken.has(email); n++) email = `${mailName(first, last, 'first.last')}${n}@${at.domain}`;
  taken.add(email);
  const phone = random.chance(0.3) ? at.phone : makePhone(at.place, random);
  return { first, last, email, phone, title: random.pick(titles), at };
}

/** Values in the order of `crmColumns`, with the gaps and placeholders any CRM has. */
export function firstRecord(person: CrmPerson, random: Random): string[] {
  const { at } = person;
  return record(person, companyName(at.brand, at.legalForm), at.place.street, 0.08, random);
}

/** The same person again: one or two kinds of trouble, and more blanks. */
export function copyRecord(person: CrmPerson, random: Random): string[] {
  const again = { ...person };
  let company = companyName(person.at.brand, person.at.legalForm);
  let { street } = person.at.place;
  const troubles = random.int(1, 2);
  for (let n = 0; n < troubles; n++) {
    const kind = random.weighted({
      first: 14,
      last: 16,
      nick: 14,
      mail: 14,
      phone: 12,
      company: 14,
      swap: 4,
      street: 6,
      initial: 4,
      case: 8,
      job: 4,
    });
    if (kind === 'first') again.first = typo(again.first, random);
    else if (kind === 'last') again.last = typo(again.last, random);
    else if (kind === 'nick') again.first = random.pick(nicknames[again.first] ?? [again.first]);
    else if (kind === 'mail') again.email = otherMail(again, random);
    else if (kind === 'phone') again.phone = makePhone(person.at.place, random);
    else if (kind === 'company') company = respellCompany(person.at, random);
    else if (kind === 'swap') [again.first, again.last] = [again.last, again.first];
    else if (kind === 'street') street = typo(street, random);
    else if (kind === 'initial') again.first = again.first.charAt(0) && `${again.first.charAt(0)}.`;
    else if (kind === 'case') [again.first, again.last] = [again.first.toLowerCase(), again.last.toUpperCase()];
    else again.title = titleShortForms[again.title] ?? random.pick(titles);
  }
  return record(again, company, street, 0.2, random);
}

function otherMail({ first, last, email, at }: CrmPerson, random: Random): string {
  const kind = random.weighted({ free: 40, slip: 30, pattern: 30 });
  if (kind === 'slip') return email.replace(/^[^@]+/, (local) => typo(local, random));
  if (kind === 'pattern')
    return `${mailName(first, last, random.pick(['first.last', 'flast', 'firstl']))}@${at.domain}`;
  return `${mailName(first, last, 'first.last')}${random.int(1, 999)}@${random.pick(freeMail)}`;
}

function record(person: CrmPerson, company: string, street: string, blank: number, random: Random): string[] {
  const { place, domain } = person.at;
  const or = (value: string, odds: number) => (random.chance(odds) ? '' : value);
  const hasAddress = !random.chance(blank * 2.5);
  const address = hasAddress ? [street, place.city, place.state, place.postcode] : ['', or(place.city, 0.5), '', ''];
  return [
    random.chance(0.6) ? 'Contact' : 'Lead',
    person.first,
    person.last,
    random.chance(0.004) ? 'test@test.com' : or(person.email, blank),
    random.chance(0.005)
      ? random.pick(placeholders)
      : or(writePhone(person.phone, place.country as Country, random), blank * 1.5),
    random.chance(0.005) ? random.pick(placeholders) : or(company, blank / 2),
    or(person.title, blank * 1.5),
    ...address,
    or(countries[place.country].name, blank * 2),
    or(random.chance(0.5) ? `www.${domain}` : `https://${domain}`, blank * 4),
    `20${random.int(15, 25)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
  ];
}
