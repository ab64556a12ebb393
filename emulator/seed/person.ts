// Turns draws into one real person at a company: the entity that contact and lead records describe.
import type { Company, MailPattern } from './company.ts';
import { peopleNames } from './people-names.ts';
import { makePhone } from './places.ts';
import type { Random } from './random.ts';

export interface Person {
  entity: string;
  /** Empty for one-word names, common in Indonesia. */
  first: string;
  last: string;
  title: string;
  department: string;
  email: string;
  phone: string;
  mobile: string;
}

/** Titles by department, and the short form people type instead. */
const titles: Readonly<Record<string, readonly string[]>> = {
  Sales: ['VP Sales', 'Sales Manager', 'Account Executive', 'Director of Sales', 'Sales Representative'],
  Marketing: [
    'VP Marketing',
    'Marketing Manager',
    'Director of Marketing',
    'Marketing Specialist',
    'Chief Marketing Officer',
  ],
  Finance: ['Chief Financial Officer', 'Controller', 'Finance Manager', 'Director of Finance', 'Accountant'],
  Operations: ['Chief Operating Officer', 'Operations Manager', 'Director of Operations', 'Plant Manager', 'Buyer'],
  IT: ['Chief Information Officer', 'IT Manager', 'Director of IT', 'Systems Administrator', 'Software Engineer'],
  Executive: ['Chief Executive Officer', 'President', 'Owner', 'Managing Director', 'Partner'],
};
export const titleShortForms: Readonly<Record<string, string>> = {
  'Chief Marketing Officer': 'CMO',
  'Chief Financial Officer': 'CFO',
  'Chief Operating Officer': 'COO',
  'Chief Information Officer': 'CIO',
  'Chief Executive Officer': 'CEO',
  'VP Sales': 'Vice President, Sales',
  'VP Marketing': 'Vice President of Marketing',
  'Sales Manager': 'Sales Mgr',
  'Marketing Manager': 'Mktg Manager',
  'Operations Manager': 'Ops Manager',
  'Managing Director': 'MD',
};

const freeMail = ['gmail.com', 'gmail.com', 'outlook.com', 'yahoo.com', 'hotmail.com', 'icloud.com'];

/** `taken` holds the addresses already given at this company, so that two people never share one by accident. */
export function makePerson(entity: string, company: Company, taken: Set<string>, random: Random): Person {
  const names = peopleNames[company.place.country];
  const oneWord = company.place.country === 'ID' && random.chance(0.18);
  const first = oneWord ? '' : random.pick(names.given);
  const last = oneWord
    ? random.pick(peopleNames.ID.given.concat(peopleNames.ID.surnames))
    : random.pick(names.surnames);
  return describePerson(entity, first, last, company, taken, random);
}

export function describePerson(
  entity: string,
  first: string,
  last: string,
  company: Company,
  taken: Set<string>,
  random: Random,
): Person {
  const department = random.pick(Object.keys(titles));
  let email = random.chance(0.08)
    ? `${mailName(first, last, 'first.last')}${random.int(1, 99)}@${random.pick(freeMail)}`
    : `${mailName(first, last, company.mailPattern)}@${company.domain}`;
  for (let i = 2; taken.has(email); i++) {
    email = `${mailName(first, last, 'first.last')}${i}@${company.domain}`;
  }
  taken.add(email);
  return {
    entity,
    first,
    last,
    title: random.pick(titles[department] ?? []),
    department,
    email,
    phone: makePhone(company.place, random),
    mobile: makePhone(company.place, random),
  };
}

/** The part before the @ by a company's custom; a one-word name is its own. */
export function mailName(first: string, last: string, pattern: MailPattern): string {
  const f = plain(first);
  const l = plain(last);
  if (f === '') return l;
  const forms = {
    'first.last': `${f}.${l}`,
    flast: f.charAt(0) + l,
    first_last: `${f}_${l}`,
    firstl: f + l.charAt(0),
    first: f,
  };
  return forms[pattern];
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/ (jr|sr)\.?$/, '')
    .replace(/[^a-z]/g, '');
}
