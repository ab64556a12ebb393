// Turns a serial number into the account records of one company, its copies and its subsidiaries.
import { makeCompany, makeSubsidiary, type Company } from './company.ts';
import { copyAccount } from './copies.ts';
import { damageAccount } from './damage.ts';
import { dayMs } from './days.ts';
import type { AccountEntry, Group } from './group.ts';
import { accountRecord, auditFields, recently } from './rows.ts';

export function makeAccounts(group: Group): AccountEntry[] {
  const { org, random } = group;
  const parent = makeCompany(org.serials.company++, org.seed, random);
  const companies = [parent];
  // Parent and child look alike and are not the same: the hard negative a merge must not swallow.
  for (
    let i = 0;
    i < 3 && org.tally.plant('childCompanies', parent.segment === 'Enterprise' ? 0.4 : 0.04, random);
    i++
  ) {
    companies.push(makeSubsidiary(parent, org.serials.company++, org.seed, random));
  }
  const entries: AccountEntry[] = [];
  for (const company of companies) {
    const clean = makeAccount(group, company);
    if (company !== parent) clean.record.ParentId = entries[0]?.record.Id ?? null;
    entries.push(clean);
    for (let i = 0; i < 3 && org.tally.plant('duplicateAccounts', 0.11, random); i++)
      entries.push(makeCopy(group, clean));
  }
  for (const { record, company } of entries) {
    damageAccount(record, org.tally, org.now, random);
    group.add('Account', record, company.entity);
  }
  return entries;
}

function makeAccount(group: Group, company: Company): AccountEntry {
  const { org, random } = group;
  const createdAt = recently(org.now - 2900 * dayMs, org.now - 2 * dayMs, random);
  const record = accountRecord(org.ids.take('Account'), company, group.owner(), createdAt, org.now, random);
  return { company, record, createdAt, isCopy: false };
}

function makeCopy(group: Group, original: AccountEntry): AccountEntry {
  const { org, random } = group;
  const createdAt = recently(original.createdAt, org.now - dayMs, random);
  const ownerId = group.owner();
  const record = {
    ...copyAccount(original.record, original.company, random),
    Id: org.ids.take('Account'),
    OwnerId: ownerId,
    ...auditFields(createdAt, recently(createdAt, org.now, random), ownerId),
  };
  return { company: original.company, record, createdAt, isCopy: true };
}

/** The latest activity of anything under the account, never overwriting a planted future one. */
export function noteActivity(entry: AccountEntry, on: unknown): void {
  const known = entry.record.LastActivityDate;
  if (typeof on === 'string' && (typeof known !== 'string' || known < on)) entry.record.LastActivityDate = on;
}
