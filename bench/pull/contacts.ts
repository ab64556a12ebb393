/** A seed and a count into an org folder of contacts with thirty columns filled as in a real org, and the accounts they hang on. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEmployer, type Employer } from '../match/crm-company.ts';
import { makeCrmPerson } from '../match/crm-record.ts';
import { Lines } from '../match/crm.ts';
import { csvLine } from '../csv.ts';
import { countries, makePhone, writePhone } from '@assay/emulator/seed/places.ts';
import { Random } from '@assay/emulator/seed/random.ts';
import { salesforceId } from '@assay/emulator/seed/salesforce-id.ts';

export const contactColumns = [
  'Id',
  'IsDeleted',
  'MasterRecordId',
  'AccountId',
  'LastName',
  'FirstName',
  'Salutation',
  'Name',
  'MailingStreet',
  'MailingCity',
  'MailingState',
  'MailingPostalCode',
  'MailingCountry',
  'Phone',
  'Fax',
  'MobilePhone',
  'HomePhone',
  'Email',
  'Title',
  'Department',
  'LeadSource',
  'Birthdate',
  'Description',
  'OwnerId',
  'LastActivityDate',
  'CreatedDate',
  'CreatedById',
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
] as const;

const users = 40;
const notes = [
  'Met at the fair.\nCall back in autumn.',
  'Prefers e-mail, "no calls"',
  'Moved office; see colleagues',
  '',
];

/** Makes the folder unless it is there: the same count is the same org every time. */
export async function contactsFolder(parent: string, count: number): Promise<string> {
  const folder = join(parent, `org-${count}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.part`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  await write(making, count);
  await rename(making, folder);
  return folder;
}

async function write(folder: string, count: number): Promise<void> {
  const random = new Random(1, 'contacts');
  const accounts = new Lines(join(folder, 'Account.csv'), ['Id', 'Name']);
  const contacts = new Lines(join(folder, 'Contact.csv'), contactColumns);
  const owners = new Lines(join(folder, 'User.csv'), ['Id', 'Username', 'LastName', 'Email', 'IsActive']);
  for (let serial = 0; serial < users; serial++) {
    const mail = `user${serial}@example.com`;
    owners.add(csvLine([salesforceId('User', serial), mail, `User ${serial}`, mail, 'true']));
  }
  let made = 0;
  for (let serial = 0; made < count; serial++) {
    const employer = makeEmployer(serial, 1, random);
    const accountId = salesforceId('Account', serial);
    accounts.add(csvLine([accountId, employer.brand]));
    const taken = new Set<string>();
    for (let at = 0; at < employer.staff && made < count; at++) {
      contacts.add(csvLine(contact(made++, accountId, employer, taken, random)));
    }
    if (contacts.isFull) await contacts.flush();
    if (accounts.isFull) await accounts.flush();
  }
  await Promise.all([accounts.close(), contacts.close(), owners.close()]);
}

function contact(serial: number, accountId: string, at: Employer, taken: Set<string>, random: Random): string[] {
  const person = makeCrmPerson(at, taken, random);
  const { place } = at;
  const or = (value: string, odds: number) => (random.chance(odds) ? '' : value);
  const typed = (national: string) => writePhone(national, place.country, random);
  const user = () => salesforceId('User', random.int(0, users - 1));
  const created = Date.UTC(2018, 0, 1) + Math.floor(random.next() * 7 * 365 * 86_400_000);
  const changed = created + Math.floor(random.next() * (Date.UTC(2026, 0, 1) - created));
  const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);
  return [
    salesforceId('Contact', serial),
    'false',
    '',
    accountId,
    person.last,
    person.first,
    or(random.pick(['Mr.', 'Ms.', 'Dr.']), 0.5),
    `${person.first} ${person.last}`.trim(),
    place.street,
    place.city,
    place.state,
    place.postcode,
    countries[place.country].name,
    or(typed(person.phone), 0.1),
    or(typed(makePhone(place, random)), 0.7),
    or(typed(makePhone(place, random)), 0.4),
    or(typed(makePhone(place, random)), 0.8),
    or(person.email, 0.1),
    or(person.title, 0.1),
    or(random.pick(['Sales', 'Finance', 'IT', 'Operations']), 0.3),
    or(random.pick(['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other']), 0.2),
    or(day(Date.UTC(1950 + random.int(0, 50), random.int(0, 11), random.int(1, 28))), 0.7),
    or(random.pick(notes), 0.6),
    user(),
    or(day(changed), 0.3),
    new Date(created).toISOString(),
    user(),
    new Date(changed).toISOString(),
    user(),
    new Date(changed).toISOString(),
  ];
}
