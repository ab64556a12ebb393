// Turns clean records into the ones a real org holds: placeholders, gaps, malformed and impossible values, each counted.
import { dateText, dayMs } from './days.ts';
import type { Random } from './random.ts';
import type { RecordOf } from './records.ts';

/** How many defects of each kind were planted. */
export class Tally {
  readonly counts: Record<string, number> = {};

  /** With the given odds: counts one defect of the kind and says so. */
  plant(kind: string, odds: number, random: Random): boolean {
    const isPlanted = random.chance(odds);
    if (isPlanted) this.add(kind);
    return isPlanted;
  }

  add(kind: string): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}

const placeholderEmails = ['test@test.com', 'noemail@example.com', 'none@none.com', 'n/a', 'unknown@unknown.com'];
export const placeholderPhones = ['000-000-0000', '0000000000', '999-999-9999', '1234567890', 'n/a'];
export const placeholderNames = ['n/a', 'Unknown', 'TBD', '-', 'xxx'];

/** An address no server would take. */
export function breakEmail(email: string, random: Random): string {
  return random.pick([
    email.replace('@', ''),
    email.replace('@', '@@'),
    email.replace(/\.[^.]*$/, ''),
    `${email},`,
    email.replace('@', ' @ '),
  ]);
}

export function damageAccount(record: RecordOf<'Account'>, tally: Tally, now: number, random: Random): void {
  if (tally.plant('accountIndustryMissing', 0.08, random)) record.Industry = null;
  else if (tally.plant('accountIndustryPlaceholder', 0.02, random)) record.Industry = random.pick(placeholderNames);
  if (tally.plant('accountWebsiteMissing', 0.06, random)) record.Website = null;
  if (tally.plant('accountPhonePlaceholder', 0.02, random)) record.Phone = random.pick(placeholderPhones);
  else if (tally.plant('accountPhoneInvalid', 0.02, random)) record.Phone = String(record.Phone ?? '555').slice(0, 6);
  if (tally.plant('accountPostcodeInvalid', 0.025, random))
    record.BillingPostalCode = random.pick(['ABC', '00000', '1', '9999999']);
  if (tally.plant('accountBillingMissing', 0.04, random)) {
    Object.assign(record, { BillingStreet: null, BillingCity: null, BillingState: null, BillingPostalCode: null });
  }
  if (tally.plant('accountEmployeesImpossible', 0.01, random))
    record.NumberOfEmployees = random.pick([-1, 0, 99_999_999]);
  if (tally.plant('accountActivityInFuture', 0.01, random))
    record.LastActivityDate = dateText(now + random.int(20, 400) * dayMs);
}

export function damageContact(record: RecordOf<'Contact'>, tally: Tally, now: number, random: Random): void {
  if (tally.plant('contactEmailMissing', 0.05, random)) record.Email = null;
  else if (tally.plant('contactEmailPlaceholder', 0.015, random)) record.Email = random.pick(placeholderEmails);
  else if (record.Email && tally.plant('contactEmailInvalid', 0.02, random))
    record.Email = breakEmail(String(record.Email), random);
  if (tally.plant('contactPhonePlaceholder', 0.015, random)) record.Phone = random.pick(placeholderPhones);
  else if (tally.plant('contactPhoneInvalid', 0.02, random)) record.Phone = String(record.Phone ?? '555').slice(0, 6);
  if (tally.plant('contactTitleMissing', 0.08, random)) record.Title = null;
  if (tally.plant('contactAccountMissing', 0.015, random)) record.AccountId = null;
  if (tally.plant('contactActivityInFuture', 0.01, random))
    record.LastActivityDate = dateText(now + random.int(20, 400) * dayMs);
  if (record.FirstName && tally.plant('contactFirstNamePlaceholder', 0.005, random))
    record.FirstName = random.pick(placeholderNames);
}

export function damageLead(record: RecordOf<'Lead'>, tally: Tally, random: Random): void {
  if (tally.plant('leadEmailMissing', 0.06, random)) record.Email = null;
  else if (tally.plant('leadEmailPlaceholder', 0.03, random)) record.Email = random.pick(placeholderEmails);
  else if (record.Email && tally.plant('leadEmailInvalid', 0.03, random))
    record.Email = breakEmail(String(record.Email), random);
  if (tally.plant('leadPhoneMissing', 0.1, random)) record.Phone = null;
  else if (tally.plant('leadPhonePlaceholder', 0.03, random)) record.Phone = random.pick(placeholderPhones);
  if (tally.plant('leadCompanyPlaceholder', 0.02, random)) record.Company = random.pick(placeholderNames);
  if (tally.plant('leadSourceMissing', 0.1, random)) record.LeadSource = null;
}

/** Only fields the history doesn't keep, or history and deal would disagree. */
export function damageOpportunity(record: RecordOf<'Opportunity'>, tally: Tally, random: Random): void {
  if (record.LeadSource !== null && tally.plant('opportunitySourceMissing', 0.1, random)) record.LeadSource = null;
  if (record.IsClosed === false && tally.plant('opportunityNextStepPlaceholder', 0.05, random))
    record.NextStep = random.pick(placeholderNames);
}
