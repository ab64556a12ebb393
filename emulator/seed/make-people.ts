// Turns one company's accounts into its contacts and leads, their copies, and the look-alikes that are different people.
import { makeCompany, type Company } from './company.ts';
import { copyPerson } from './copies.ts';
import { damageContact, damageLead } from './damage.ts';
import { dateText, dayMs } from './days.ts';
import type { AccountEntry, Group } from './group.ts';
import { describePerson, makePerson, type Person } from './person.ts';
import { writePhone } from './places.ts';
import type { RecordOf } from './records.ts';
import { auditFields, contactRecord, leadRecord, recently } from './rows.ts';

/** @param firstDealAt when the company's first deal opened, if it has one: a converted lead and its contact date from then. */
export function makePeople(group: Group, accounts: AccountEntry[], firstDealAt: number | null): void {
  const { org, random } = group;
  // One set for the whole group: parent and child may share a domain.
  const taken = new Set<string>();
  for (const company of new Set(accounts.map((entry) => entry.company))) {
    const own = accounts.filter((entry) => entry.company === company);
    const people = makeStaffOf(group, company, taken);
    for (const [i, person] of people.entries()) makeContact(group, person, own, i === 0 ? firstDealAt : null);
    for (let i = 0; i < 3 && random.chance(0.45); i++) makeLeads(group, newPerson(group, company, taken), company);
    org.recentPeople = [...org.recentPeople, ...people].slice(-60);
  }
  // A company only known from a form: no account yet.
  while (random.chance(0.38)) {
    const unknown = makeCompany(org.serials.company++, org.seed, random);
    makeLeads(group, newPerson(group, unknown, taken), unknown);
  }
}

function newPerson(group: Group, company: Company, taken: Set<string>): Person {
  return makePerson(`P${group.org.serials.person++}`, company, taken, group.random);
}

function makeStaffOf(group: Group, company: Company, taken: Set<string>): Person[] {
  const { org, random } = group;
  const count = Math.min(
    40,
    Math.max(1, Math.round(random.logNormal({ SMB: 2, 'Mid-Market': 4, Enterprise: 9 }[company.segment], 0.6))),
  );
  const people: Person[] = [];
  for (let i = 0; i < count; i++) {
    const model = people[i - 1];
    const namesake = org.recentPeople[random.int(0, 59)];
    const entity = `P${org.serials.person++}`;
    if (model && model.first !== '' && org.tally.plant('familyAtOneCompany', 0.01, random)) {
      const isJunior = random.chance(0.3);
      const relative = newPerson(group, company, taken);
      const first = isJunior ? model.first : relative.first || model.first;
      people.push({
        ...describePerson(entity, first, isJunior ? `${model.last} Jr` : model.last, company, taken, random),
        phone: model.phone,
      });
    } else if (namesake && org.tally.plant('namesakes', 0.015, random)) {
      people.push(describePerson(entity, namesake.first, namesake.last, company, taken, random));
    } else {
      people.push(makePerson(entity, company, taken, random));
    }
  }
  return people;
}

function makeContact(group: Group, person: Person, own: AccountEntry[], firstDealAt: number | null): void {
  const { org, random } = group;
  const [first] = own;
  if (!first) return;
  const home = random.chance(0.75) ? first : random.pick(own);
  const { company } = home;
  const isConverted =
    org.tally.plant('convertedLeads', 0.14, random) ||
    (firstDealAt !== null && org.tally.plant('convertedLeads', 0.3, random));
  const createdAt =
    isConverted && firstDealAt !== null ? firstDealAt : recently(home.createdAt, org.now - dayMs / 2, random);
  const contact = contactRecord(
    org.ids.take('Contact'),
    person,
    String(home.record.Id),
    company,
    group.owner(),
    createdAt,
    org.now,
    random,
  );
  const copies: RecordOf<'Contact'>[] = [];
  for (let i = 0; i < 3 && org.tally.plant('duplicateContacts', 0.09, random); i++)
    copies.push(copyContact(group, contact, person, own, createdAt));
  if (org.tally.plant('roleMailboxes', 0.02, random)) contact.Email = `info@${company.domain}`;
  for (const record of [contact, ...copies]) {
    damageContact(record, org.tally, org.now, random);
    group.add('Contact', record, person.entity);
  }
  if (isConverted) addConvertedLead(group, person, contact, home, createdAt);
  else if (org.tally.plant('contactLeadPairs', 0.09, random)) makeLeads(group, person, company, 0.6);
}

function copyContact(
  group: Group,
  original: RecordOf<'Contact'>,
  person: Person,
  own: AccountEntry[],
  originalAt: number,
): RecordOf<'Contact'> {
  const { org, random } = group;
  const home = random.pick(own);
  const copy = copyPerson(person, home.company, random);
  const createdAt = recently(Math.max(originalAt, home.createdAt), org.now - dayMs / 3, random);
  const ownerId = group.owner();
  return {
    ...original,
    Id: org.ids.take('Contact'),
    AccountId: home.record.Id,
    FirstName: copy.person.first || null,
    LastName: copy.person.last,
    Title: copy.person.title || null,
    Email: copy.email || null,
    Phone: copy.phone || null,
    MobilePhone: random.chance(0.2) ? original.MobilePhone : null,
    MailingStreet: random.chance(0.5) ? original.MailingStreet : null,
    OwnerId: ownerId,
    LastActivityDate: random.chance(0.4) ? dateText(recently(createdAt, org.now, random)) : null,
    ...auditFields(createdAt, recently(createdAt, org.now, random), ownerId),
  };
}

/** An unconverted lead of the person, with slips by the given odds, and perhaps the same form sent again. */
function makeLeads(group: Group, person: Person, company: Company, slipOdds = 0): void {
  const { org, random } = group;
  const createdAt = recently(org.now - 1500 * dayMs, org.now - dayMs / 4, random);
  const make = (at: number) => leadRecord(org.ids.take('Lead'), person, company, group.owner(), at, org.now, random);
  const slip = (lead: RecordOf<'Lead'>): RecordOf<'Lead'> => {
    const copy = copyPerson(person, company, random);
    const { first, last, title } = copy.person;
    return {
      ...lead,
      FirstName: first || null,
      LastName: last,
      Title: title || null,
      Email: copy.email || null,
      Phone: copy.phone || null,
    };
  };
  const lead = make(createdAt);
  const leads = [random.chance(slipOdds) ? slip(lead) : lead];
  for (let i = 0; i < 3 && org.tally.plant('duplicateLeads', 0.1, random); i++) {
    leads.push(slip(make(recently(createdAt, org.now, random))));
  }
  for (const record of leads) {
    damageLead(record, org.tally, random);
    if (record.Status === 'Open - Not Contacted') record.LastActivityDate = null;
    group.add('Lead', record, person.entity);
  }
}

/** The conversion makes the contact; the deal that opened at that moment is tied in once the deals have ids. */
function addConvertedLead(
  group: Group,
  person: Person,
  contact: RecordOf<'Contact'>,
  home: AccountEntry,
  convertedAt: number,
): void {
  const { org, random } = group;
  const createdAt = convertedAt - random.logNormal(12, 0.9) * dayMs;
  const lead = leadRecord(
    org.ids.take('Lead'),
    person,
    home.company,
    String(contact.OwnerId),
    createdAt,
    convertedAt,
    random,
  );
  lead.Phone = writePhone(person.phone, home.company.place.country, random);
  Object.assign(lead, {
    Status: 'Closed - Converted',
    IsConverted: true,
    ConvertedDate: dateText(convertedAt),
    ConvertedAccountId: home.record.Id,
    ConvertedContactId: contact.Id,
    ...auditFields(createdAt, convertedAt, String(contact.OwnerId)),
  });
  group.add('Lead', lead, person.entity);
}
