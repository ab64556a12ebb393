/** An org with person accounts: accounts that are people, each with a contact that is the same person. */
import { join } from 'node:path';
import { type SObject, withFields } from '../objects/definition.ts';
import { readHeader } from './csv-place.ts';
import type { Org } from './org.ts';

const accountFields = `
  IsPersonAccount boolean "Is Person Account" readonly
  PersonContactId reference "Contact ID" readonly -> Contact as PersonContact
  FirstName string(40)
  LastName string(80)
  Salutation picklist(40) : Mr.|Ms.|Mrs.|Dr.|Prof.
  PersonTitle string(80) "Title"
  PersonEmail email(80) "Email" idlookup
  PersonMobilePhone phone(40) "Mobile"
  PersonHomePhone phone(40) "Home Phone"
  PersonBirthdate date "Birthdate"
  PersonMailingStreet textarea(255) "Mailing Street"
  PersonMailingCity string(40) "Mailing City"
  PersonMailingState string(80) "Mailing State/Province"
  PersonMailingPostalCode string(20) "Mailing Zip/Postal Code"
  PersonMailingCountry string(80) "Mailing Country"
  PersonHasOptedOutOfEmail boolean "Email Opt Out"
  PersonEmailBouncedDate datetime "Email Bounced Date"
`;
const contactFields = 'IsPersonAccount boolean "Is Person Account" readonly';

/** Turned on where the folder's accounts say which of them are people. */
export async function addPersonAccounts(
  known: Map<string, SObject>,
  folder: string,
  files: readonly string[],
): Promise<void> {
  const [account, contact] = [known.get('Account'), known.get('Contact')];
  if (!account || !contact || !files.includes('Account.csv')) return;
  const header = await readHeader(join(folder, 'Account.csv'), 'Account.csv');
  if (!header.includes('IsPersonAccount')) return;
  known.set('Account', withFields(account, accountFields));
  known.set('Contact', withFields(contact, contactFields));
}

/** What Salesforce keeps on both sides: the contact of a person account is there, and knows what it is. */
export async function linkPersonAccounts(org: Org): Promise<void> {
  const isOn = ['Account', 'Contact'].every((name) =>
    org.find(name)?.fields.some((field) => field.name === 'IsPersonAccount'),
  );
  if (!isOn) return;
  const people = `from org."Account" a where a."IsPersonAccount"`;
  const missing = await org.db.rows(`/* load.people */ select a."Id" as id ${people} and a."PersonContactId" is null`);
  for (const { id } of missing) {
    await org.db.run(`/* load.person */ update org."Account" set "PersonContactId" = '${org.mint.mint('003')}'
      where "Id" = '${String(id)}'`);
  }
  await org.db
    .run(`/* load.person_contact */ insert into org."Contact" ("Id", "AccountId", "FirstName", "LastName", "Name", "Email",
      "MobilePhone", "Phone", "IsPersonAccount", "IsDeleted", "OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
      "SystemModstamp")
    select a."PersonContactId", a."Id", a."FirstName", a."LastName", a."Name", a."PersonEmail", a."PersonMobilePhone", a."Phone", true,
      a."IsDeleted", a."OwnerId", a."CreatedDate", a."CreatedById", a."LastModifiedDate", a."LastModifiedById", a."SystemModstamp"
    ${people} and not exists (select 1 from org."Contact" c where c."Id" = a."PersonContactId")`);
  await org.db.run(`/* load.person_marks */ update org."Contact" set "IsPersonAccount" = true
    where "Id" in (select a."PersonContactId" ${people})`);
}
