// Decides which values are out of date in reality and says so in the truth; only bounces leave a mark in the record.
import type { Value } from './csv-file.ts';
import { datetimeText, dayMs } from './days.ts';
import type { Group } from './group.ts';
import type { RecordOf } from './records.ts';

/** Share of values that change in reality each year, the figures the service's own windows start from. */
const yearlyDecay = { title: 0.2, email: 0.175, phone: 0.1, employees: 0.2 };

/** The older the last edit, the likelier life has moved on: 1 - (1 - decay)^years. */
function hasDecayed(group: Group, lastEdit: Value, decay: number): boolean {
  const years = (group.org.now - Date.parse(String(lastEdit))) / (365 * dayMs);
  return group.random.chance(1 - (1 - decay) ** years);
}

export function markStaleValues(group: Group): void {
  const { org, random } = group;
  for (const record of group.records.Account) {
    if (record.NumberOfEmployees !== null && hasDecayed(group, record.LastModifiedDate, yearlyDecay.employees)) {
      group.markStale('Account', String(record.Id), 'NumberOfEmployees', 'company_changed');
    }
  }
  for (const record of group.records.Contact) {
    if (record.Title !== null && hasDecayed(group, record.LastModifiedDate, yearlyDecay.title))
      group.markStale('Contact', String(record.Id), 'Title', 'changed_job');
    if (record.Phone !== null && hasDecayed(group, record.LastModifiedDate, yearlyDecay.phone))
      group.markStale('Contact', String(record.Id), 'Phone', 'number_changed');
    if (record.Email === null || !hasDecayed(group, record.LastModifiedDate, yearlyDecay.email)) continue;
    const isBounced = random.chance(0.25);
    group.markStale('Contact', String(record.Id), 'Email', isBounced ? 'bounced' : 'address_dead');
    if (isBounced) {
      record.EmailBouncedReason = 'smtp;550 5.1.1 User unknown';
      record.EmailBouncedDate = datetimeText(random.between(Date.parse(String(record.LastModifiedDate)), org.now));
    }
  }
  const untouchedBefore = datetimeText(org.now - 90 * dayMs);
  for (const record of group.records.Lead) {
    if (
      record.Status === 'Open - Not Contacted' &&
      record.LastActivityDate === null &&
      String(record.LastModifiedDate) < untouchedBefore
    ) {
      group.markStale('Lead', String(record.Id), 'Status', 'untouched');
    }
  }
  for (const record of group.records.Opportunity) if (record.IsClosed === false) markDeal(group, record);
}

function markDeal(group: Group, record: RecordOf<'Opportunity'>): void {
  const { org } = group;
  const id = String(record.Id);
  if (group.zombies.has(id)) group.markStale('Opportunity', id, 'StageName', 'zombie');
  if (String(record.CloseDate) < datetimeText(org.now).slice(0, 10))
    group.markStale('Opportunity', id, 'CloseDate', 'past_due');
  if (org.staff.inactiveReps.includes(String(record.OwnerId)))
    group.markStale('Opportunity', id, 'OwnerId', 'owner_inactive');
}
