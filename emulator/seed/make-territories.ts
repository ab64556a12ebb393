// Turns accounts into their places in sales territories.
import type { AccountEntry, Group } from './group.ts';
import { changeFields } from './rows.ts';

/** Larger companies have a territory of their country; small ones are nobody's. */
export function assignTerritories(group: Group, accounts: readonly AccountEntry[]): void {
  const { org } = group;
  for (const { company, record, createdAt } of accounts) {
    if (company.segment === 'SMB') continue;
    group.add('ObjectTerritory2Association', {
      Id: org.ids.take('ObjectTerritory2Association'),
      IsDeleted: false,
      ObjectId: record.Id,
      Territory2Id: org.setup.territories.get(company.place.country) ?? null,
      AssociationCause: 'Territory2AssignmentRule',
      SobjectType: 'Account',
      ...changeFields(createdAt, String(record.OwnerId)),
    });
  }
}
