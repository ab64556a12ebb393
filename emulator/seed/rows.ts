// Turns real companies, people and deals into clean records; copies and damage come after.
import type { Company } from './company.ts';
import { companyName } from './company.ts';
import { dateText, datetimeText, dayMs } from './days.ts';
import type { Deal } from './deal.ts';
import { stages } from './deal.ts';
import type { Person } from './person.ts';
import { countries, writePhone } from './places.ts';
import type { Random } from './random.ts';
import type { AuditFields, ChangeFields, RecordOf } from './records.ts';
import { salesforceId } from './salesforce-id.ts';
import type { SObject } from './records.ts';

/** Hands out the ids of one org, counting each object's records. */
export class IdSource {
  private readonly next = new Map<SObject, number>();

  take(sobject: SObject): string {
    const serial = this.next.get(sobject) ?? 0;
    this.next.set(sobject, serial + 1);
    return salesforceId(sobject, serial);
  }
}

/** Created and changed by whom and when; the change lies between the creation and now. */
export function auditFields(createdAt: number, changedAt: number, byId: string): AuditFields {
  const changed = datetimeText(Math.max(createdAt, changedAt));
  return {
    CreatedDate: datetimeText(createdAt),
    CreatedById: byId,
    LastModifiedDate: changed,
    LastModifiedById: byId,
    SystemModstamp: changed,
  };
}

/** Of objects that do not say who created them. */
export function changeFields(changedAt: number, byId: string): ChangeFields {
  const changed = datetimeText(changedAt);
  return { LastModifiedDate: changed, LastModifiedById: byId, SystemModstamp: changed };
}

/** An instant since `from`, the recent past likelier than the far. */
export function recently(from: number, now: number, random: Random): number {
  return now - (now - from) * random.next() ** 2;
}

export function accountRecord(
  id: string,
  company: Company,
  ownerId: string,
  createdAt: number,
  now: number,
  random: Random,
): RecordOf<'Account'> {
  const { place } = company;
  return {
    Id: id,
    IsDeleted: false,
    MasterRecordId: null,
    Name: companyName(company.brand, company.legalForm),
    Type: random.weighted({ Prospect: 60, 'Customer - Direct': 25, 'Customer - Channel': 8, 'Technology Partner': 7 }),
    ParentId: null,
    BillingStreet: place.street,
    BillingCity: place.city,
    BillingState: place.state,
    BillingPostalCode: place.postcode,
    BillingCountry: countries[place.country].name,
    Phone: writePhone(company.phone, place.country, random),
    Website: random.pick(['', 'www.', 'https://www.', 'http://']) + company.domain,
    Industry: company.industry,
    AnnualRevenue: Math.round(company.employees * random.between(60, 240)) * 1000,
    NumberOfEmployees: company.employees,
    Segment__c: company.segment,
    OwnerId: ownerId,
    LastActivityDate: null,
    ...auditFields(createdAt, recently(createdAt, now, random), ownerId),
  };
}

export const leadSources = {
  Web: 35,
  'Phone Inquiry': 10,
  'Partner Referral': 12,
  'Purchased List': 15,
  'Trade Show': 18,
  Other: 10,
};

export function contactRecord(
  id: string,
  person: Person,
  accountId: string,
  company: Company,
  ownerId: string,
  createdAt: number,
  now: number,
  random: Random,
): RecordOf<'Contact'> {
  const { place } = company;
  const hasAddress = random.chance(0.6);
  return {
    Id: id,
    IsDeleted: false,
    MasterRecordId: null,
    AccountId: accountId,
    FirstName: person.first || null,
    LastName: person.last,
    Title: person.title,
    Department: person.department,
    Email: person.email,
    Phone: writePhone(random.chance(0.15) ? company.phone : person.phone, place.country, random),
    MobilePhone: random.chance(0.4) ? writePhone(person.mobile, place.country, random) : null,
    MailingStreet: hasAddress ? place.street : null,
    MailingCity: hasAddress ? place.city : null,
    MailingState: hasAddress ? place.state : null,
    MailingPostalCode: hasAddress ? place.postcode : null,
    MailingCountry: countries[place.country].name,
    LeadSource: random.chance(0.8) ? random.weighted(leadSources) : null,
    HasOptedOutOfEmail: random.chance(0.04),
    EmailBouncedReason: null,
    EmailBouncedDate: null,
    OwnerId: ownerId,
    LastActivityDate: random.chance(0.7) ? dateText(recently(createdAt, now, random)) : null,
    ...auditFields(createdAt, recently(createdAt, now, random), ownerId),
  };
}

export function leadRecord(
  id: string,
  person: Person,
  company: Company,
  ownerId: string,
  createdAt: number,
  now: number,
  random: Random,
): RecordOf<'Lead'> {
  const { place } = company;
  const hasAddress = random.chance(0.5);
  const touchedAt = createdAt + random.logNormal(1.5, 1.2) * dayMs;
  return {
    Id: id,
    IsDeleted: false,
    MasterRecordId: null,
    FirstName: person.first || null,
    LastName: person.last,
    Company: companyName(company.brand, random.chance(0.6) ? company.legalForm : ''),
    Title: person.title,
    Email: person.email,
    Phone: writePhone(person.phone, place.country, random),
    Website: random.chance(0.4) ? `www.${company.domain}` : null,
    Street: hasAddress ? place.street : null,
    City: hasAddress ? place.city : null,
    State: hasAddress ? place.state : null,
    PostalCode: hasAddress ? place.postcode : null,
    Country: countries[place.country].name,
    Industry: random.chance(0.5) ? company.industry : null,
    Status: random.weighted({ 'Open - Not Contacted': 30, 'Working - Contacted': 40, 'Closed - Not Converted': 30 }),
    LeadSource: random.weighted(leadSources),
    IsConverted: false,
    ConvertedDate: null,
    ConvertedAccountId: null,
    ConvertedContactId: null,
    ConvertedOpportunityId: null,
    OwnerId: ownerId,
    LastActivityDate:
      touchedAt < now ? dateText(random.chance(0.5) ? touchedAt : recently(touchedAt, now, random)) : null,
    ...auditFields(createdAt, recently(createdAt, now, random), ownerId),
  };
}

export function opportunityRecord(
  id: string,
  name: string,
  type: string,
  deal: Deal,
  accountId: string,
  ownerId: string,
  random: Random,
): RecordOf<'Opportunity'> {
  const first = deal.steps[0];
  const last = deal.steps[deal.steps.length - 1];
  const stage = last && stages[last.stage];
  if (!first || !last || !stage) throw new RangeError('a deal has at least one step, in a known stage');
  const isClosed = last.stage.startsWith('Closed');
  const stageChange = deal.steps.findLast((step, i) => i > 0 && step.stage !== deal.steps[i - 1]?.stage);
  return {
    Id: id,
    IsDeleted: false,
    AccountId: accountId,
    Name: name,
    StageName: last.stage,
    Amount: last.amount,
    Probability: stage.probability,
    ExpectedRevenue: Math.round(last.amount * stage.probability) / 100,
    ForecastCategory: stage.category,
    ForecastCategoryName: stage.categoryName,
    IsClosed: isClosed,
    IsWon: last.stage === 'Closed Won',
    CloseDate: dateText(last.closeOn),
    Type: type,
    LeadSource: random.chance(0.7) ? random.weighted(leadSources) : null,
    NextStep: isClosed || deal.outcome === 'zombie' ? null : random.pick(nextSteps),
    CampaignId: null,
    PushCount: deal.pushes,
    LastStageChangeDate: stageChange ? datetimeText(stageChange.at) : null,
    Term_Months__c: type === 'New Customer' || type === 'Renewal' ? 12 : null,
    ContractId: null,
    OwnerId: ownerId,
    LastActivityDate: deal.lastActivityAt === null ? null : dateText(deal.lastActivityAt),
    ...auditFields(first.at, last.at, ownerId),
  };
}

const nextSteps = [
  'Send proposal',
  'Call decision maker',
  'Demo on site',
  'Security review',
  'Await purchase order',
  'Contract to legal',
  'Reference call',
  null,
  null,
];

/** One history row for each step, each carrying what it replaced. */
export function* historyRecords(
  opportunityId: string,
  deal: Deal,
  byId: string,
  ids: IdSource,
): Generator<RecordOf<'OpportunityHistory'>> {
  for (const [i, step] of deal.steps.entries()) {
    const before = deal.steps[i - 1];
    const stage = stages[step.stage];
    if (!stage) throw new RangeError(`unknown stage ${step.stage}`);
    yield {
      Id: ids.take('OpportunityHistory'),
      IsDeleted: false,
      OpportunityId: opportunityId,
      StageName: step.stage,
      Amount: step.amount,
      ExpectedRevenue: Math.round(step.amount * stage.probability) / 100,
      Probability: stage.probability,
      ForecastCategory: stage.category,
      CloseDate: dateText(step.closeOn),
      PrevAmount: before ? before.amount : null,
      PrevCloseDate: before ? dateText(before.closeOn) : null,
      CreatedDate: datetimeText(step.at),
      CreatedById: byId,
      SystemModstamp: datetimeText(step.at),
    };
  }
}
