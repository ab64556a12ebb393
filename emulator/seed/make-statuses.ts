// Turns leads into the history of their status, since it is kept.
import { datetimeText, dayMs } from './days.ts';
import type { Group } from './group.ts';
import type { Random } from './random.ts';
import type { RecordOf } from './records.ts';

/** Somebody switched the history of the status on eight months ago; Salesforce would keep 18 months. */
const keptMs = 240 * dayMs;
const opened = 'Open - Not Contacted';
export const working = 'Working - Contacted';

export const statusKeptSince = (now: number) => now - keptMs;

/** A lead is opened, worked, then closed; each change is a row. */
export function makeStatuses(group: Group, random: Random): void {
  const { org } = group;
  for (const lead of group.records.Lead) {
    if (lead.Status === opened) continue;
    const createdAt = Date.parse(String(lead.CreatedDate));
    const changedAt = Date.parse(String(lead.LastModifiedDate));
    const isOver = lead.Status !== working;
    // Whoever works a lead says so within days, and not after it is over.
    const workedAt = Math.min(createdAt + random.logNormal(2, 1) * dayMs, createdAt + (changedAt - createdAt) * 0.9);
    addChange(group, lead, opened, working, workedAt);
    if (isOver) addChange(group, lead, working, String(lead.Status), Math.min(changedAt, org.now));
  }
}

function addChange(group: Group, lead: RecordOf<'Lead'>, from: string, to: string, at: number): void {
  const { org } = group;
  if (at < org.now - keptMs) return;
  group.add('LeadHistory', {
    Id: org.ids.take('LeadHistory'),
    IsDeleted: false,
    LeadId: lead.Id,
    Field: 'Status',
    DataType: 'Picklist',
    OldValue: from,
    NewValue: to,
    CreatedDate: datetimeText(at),
    CreatedById: lead.OwnerId,
  });
}
