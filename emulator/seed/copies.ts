// Turns a clean record into another record of the same real thing, as a second person or form would have entered it.
import type { Company } from './company.ts';
import { mailName, titleShortForms, type Person } from './person.ts';
import { abbreviate, changeCase, respellCompany, typo } from './misspell.ts';
import { nicknames } from './people-names.ts';
import { writePhone } from './places.ts';
import type { Random } from './random.ts';
import type { RecordOf } from './records.ts';

/** The copy always keeps a way to tell: website, phone or street stays the company's own. */
export function copyAccount(record: RecordOf<'Account'>, company: Company, random: Random): RecordOf<'Account'> {
  const { place } = company;
  const copy = { ...record, Name: respellCompany(company, random), ParentId: null };
  copy.Phone = random.chance(0.6) ? writePhone(company.phone, place.country, random) : null;
  if (random.chance(0.12)) copy.Website = `www.${company.domain.replace(/\..*$/, random.chance(0.5) ? '.org' : '.eu')}`;
  else if (random.chance(0.35)) copy.Website = null;
  copy.BillingStreet = random.chance(0.5) ? abbreviate(place.street) : place.street;
  if (random.chance(0.3) && (copy.Phone !== null || copy.Website !== null)) {
    Object.assign(copy, { BillingStreet: null, BillingPostalCode: null, BillingState: null });
  }
  if (random.chance(0.4)) copy.Industry = null;
  if (random.chance(0.5)) Object.assign(copy, { NumberOfEmployees: null, AnnualRevenue: null });
  return copy;
}

/** The same person written down again: a slip in the name or none, and at most one of e-mail and phone changed or gone. */
export function copyPerson(
  person: Person,
  company: Company,
  random: Random,
): { person: Person; phone: string; email: string } {
  let { first, last, title, email } = person;
  let phone: string = writePhone(person.phone, company.place.country, random);
  let swapped = false;
  const isNameKept = random.chance(0.35);
  if (!isNameKept) {
    const slip = random.weighted({ typoLast: 22, typoFirst: 10, nickname: 28, initial: 10, swapped: 8, case: 22 });
    if (slip === 'typoLast') last = typo(last, random);
    if (slip === 'typoFirst') first = typo(first, random);
    if (slip === 'nickname') first = random.pick(nicknames[first] ?? [first]);
    if (slip === 'initial' && first !== '') first = `${first.charAt(0)}.`;
    if (slip === 'swapped' && first !== '') swapped = true;
    if (slip === 'case') [first, last] = [changeCase(first, random), changeCase(last, random)];
  }
  const contact = random.weighted({ same: 40, noEmail: 15, noPhone: 20, otherEmail: 25 });
  if (contact === 'noEmail') email = '';
  if (contact === 'noPhone') phone = '';
  if (contact === 'otherEmail') {
    const name = mailName(person.first, person.last, 'first.last');
    email = random.chance(0.5) ? `${name}@gmail.com` : `${name}@${company.domain.replace(/\..*$/, '.org')}`;
  }
  if (random.chance(0.1)) email = email.toUpperCase();
  if (random.chance(0.25)) title = titleShortForms[title] ?? title;
  else if (random.chance(0.3)) title = '';
  return {
    person: { ...person, first: swapped ? last : first, last: swapped ? first : last, title },
    phone,
    email,
  };
}
