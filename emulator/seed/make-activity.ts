// Turns a company's people and deals into tasks, campaign memberships and support cases.
import { dateText, datetimeText, dayMs, quarterStart } from './days.ts';
import type { AccountEntry, Group } from './group.ts';
import { noteActivity } from './make-accounts.ts';
import type { Value } from './csv-file.ts';
import { auditFields } from './rows.ts';
import { campaignsPerQuarter, type CampaignEntry } from './staff.ts';

const hourMs = 3_600_000;
// Salesforce archives activities older than a year, so LastActivityDate may speak of tasks that no query returns.
const keptMs = 365 * dayMs;
const subjects = ['Call', 'Email', 'Send Quote', 'Demo', 'Follow-up', 'Send Letter'];

export function makeActivity(group: Group, accounts: AccountEntry[]): void {
  makeTasks(group);
  makeMembers(group);
  makeCases(group, accounts);
  for (const entry of accounts) {
    for (const contact of group.records.Contact)
      if (contact.AccountId === entry.record.Id) noteActivity(entry, contact.LastActivityDate);
  }
}

function makeTasks(group: Group): void {
  const { org, random } = group;
  for (const deal of group.records.Opportunity) {
    const on = instant(deal.LastActivityDate);
    if (on === null || on < org.now - keptMs) continue;
    const who = group.records.Contact.find(
      (contact) => contact.AccountId === deal.AccountId && String(contact.LastActivityDate ?? '') >= dateText(on),
    );
    const from = Math.max(instant(deal.CreatedDate) ?? on, org.now - keptMs);
    addTask(group, on + random.int(8, 17) * hourMs, who?.Id ?? null, deal.Id, deal.AccountId, deal.OwnerId);
    for (let i = 0; i < 3 && random.chance(0.5) && from < on; i++) {
      addTask(group, random.between(from, on), who?.Id ?? null, deal.Id, deal.AccountId, deal.OwnerId);
    }
  }
  for (const contact of group.records.Contact) {
    const on = instant(contact.LastActivityDate);
    if (on !== null && on >= org.now - keptMs)
      addTask(group, on + 9 * hourMs, contact.Id, null, contact.AccountId, contact.OwnerId);
  }
  for (const lead of group.records.Lead) {
    const on = instant(lead.LastActivityDate);
    if (on === null || on < org.now - keptMs || lead.IsConverted === true) continue;
    const createdAt = instant(lead.CreatedDate) ?? on;
    const answeredAt = Math.min(createdAt + random.logNormal(18, 1.8) * hourMs, on + 20 * hourMs, org.now - hourMs / 2);
    addTask(group, Math.max(answeredAt, createdAt), lead.Id, null, null, lead.OwnerId, 'Call');
    if (dateText(answeredAt) !== dateText(on)) addTask(group, on + 10 * hourMs, lead.Id, null, null, lead.OwnerId);
  }
}

/** A task done at the instant, or still open when that lies ahead. */
function addTask(
  group: Group,
  at: number,
  whoId: Value,
  whatId: Value,
  accountId: Value,
  ownerId: Value,
  subjectGiven?: string,
): void {
  const { org, random } = group;
  const isDone = at <= org.now;
  const madeAt = Math.min(at, org.now) - (isDone ? 0 : hourMs);
  const drawn = random.pick(subjects);
  const subject = subjectGiven ?? drawn;
  group.add('Task', {
    Id: org.ids.take('Task'),
    IsDeleted: false,
    WhoId: whoId,
    WhatId: whatId,
    AccountId: accountId,
    Subject: subject,
    TaskSubtype: subject === 'Call' ? 'Call' : subject === 'Email' ? 'Email' : 'Task',
    ActivityDate: dateText(at),
    Status: isDone ? 'Completed' : 'Not Started',
    Priority: random.weighted({ Normal: 85, High: 15 }),
    IsClosed: isDone,
    CompletedDateTime: isDone ? datetimeText(at) : null,
    OwnerId: ownerId,
    ...auditFields(madeAt, madeAt, String(ownerId)),
  });
}

function makeMembers(group: Group): void {
  const { org, random } = group;
  for (const lead of group.records.Lead) {
    if (!random.chance(0.55)) continue;
    const campaign = addMember(group, instant(lead.CreatedDate) ?? org.now, lead.Id, lead.ConvertedContactId, 0.75);
    const deal = group.records.Opportunity.find((record) => record.Id === lead.ConvertedOpportunityId);
    if (campaign && deal) deal.CampaignId = campaign.id;
  }
  for (const contact of group.records.Contact) {
    if (!random.chance(0.15)) continue;
    const at = random.between(instant(contact.CreatedDate) ?? org.now, org.now);
    const campaign = addMember(group, at, null, contact.Id, 0.4);
    const next = group.records.Opportunity.find(
      (deal) =>
        deal.CampaignId === null && deal.AccountId === contact.AccountId && (instant(deal.CreatedDate) ?? 0) > at,
    );
    if (campaign && next && random.chance(0.6)) next.CampaignId = campaign.id;
  }
}

/** Puts the person into a campaign of the quarter of the touch, if one had begun by then. */
function addMember(
  group: Group,
  at: number,
  leadId: Value,
  contactId: Value,
  responseOdds: number,
): CampaignEntry | null {
  const { org, random } = group;
  const inQuarter = org.campaigns.filter(
    (campaign) => campaign.startsAt <= at && quarterStart(campaign.startsAt) === quarterStart(at),
  );
  if (inQuarter.length === 0) return null;
  const campaign = random.pick(inQuarter.slice(0, campaignsPerQuarter));
  const hasResponded = random.chance(responseOdds);
  const byId = org.staff.integrationUser;
  group.add('CampaignMember', {
    Id: org.ids.take('CampaignMember'),
    IsDeleted: false,
    CampaignId: campaign.id,
    LeadId: leadId,
    ContactId: contactId,
    Status: hasResponded ? 'Responded' : 'Sent',
    HasResponded: hasResponded,
    FirstRespondedDate: hasResponded ? dateText(at) : null,
    ...auditFields(at, at, byId),
  });
  return campaign;
}

const caseSubjects = [
  'Cannot log in',
  'Invoice question',
  'Export fails',
  'Slow response',
  'Feature request',
  'Contract change',
  'Missing order',
];

function makeCases(group: Group, accounts: AccountEntry[]): void {
  const { org, random } = group;
  for (const { record, createdAt } of accounts) {
    if (record.Type !== 'Customer - Direct') continue;
    const contacts = group.records.Contact.filter((contact) => contact.AccountId === record.Id);
    for (let i = 0; i < 12 && random.chance(0.66); i++) {
      const openedAt = random.between(Math.max(createdAt, org.now - 730 * dayMs), org.now);
      const closedAt = openedAt + random.logNormal(30, 1.2) * hourMs;
      const isClosed = closedAt <= org.now && random.chance(0.97);
      const contact = contacts.length > 0 ? random.pick(contacts) : null;
      group.add('Case', {
        Id: org.ids.take('Case'),
        IsDeleted: false,
        CaseNumber: String(1000 + org.serials.case++).padStart(8, '0'),
        AccountId: org.tally.plant('caseAccountMissing', 0.04, random) ? null : record.Id,
        ContactId: contact?.Id ?? null,
        Subject: random.pick(caseSubjects),
        Status: isClosed ? 'Closed' : random.pick(['New', 'Working', 'Escalated']),
        Priority: random.weighted({ Medium: 60, Low: 25, High: 15 }),
        Origin: random.weighted({ Email: 50, Web: 30, Phone: 20 }),
        IsClosed: isClosed,
        CSAT__c: isClosed && random.chance(0.35) ? Number(random.weighted({ 5: 40, 4: 35, 3: 13, 2: 7, 1: 5 })) : null,
        OwnerId: group.owner(),
        ClosedDate: isClosed ? datetimeText(closedAt) : null,
        ...auditFields(openedAt, isClosed ? closedAt : openedAt, String(record.OwnerId)),
      });
    }
  }
}

/** Date or datetime text to epoch milliseconds. */
function instant(value: Value): number | null {
  return typeof value === 'string' ? Date.parse(value) : null;
}
