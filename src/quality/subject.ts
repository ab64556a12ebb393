/** Object definitions become those whose standard table is there. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { isShaped, tableExists } from '../db/existing.ts';
import type { Definitions } from '../model/definitions.ts';
import type { ObjectDefinition } from '../model/object.ts';

// Salesforce's own name for whoever may own a record; OwnerId points there (or at a queue, which has no active flag).
const userObject = 'User';

/** False when the object was never synced. */
export function standardExists(db: Queryable, { table }: ObjectDefinition): Promise<boolean> {
  return tableExists(db, 'standard', table);
}

/** The object owners are records of; undefined when it is not defined or was never synced. */
export async function ownerObject(db: Queryable, definitions: Definitions): Promise<ObjectDefinition | undefined> {
  const users = definitions.objects.find((object) => object.name === userObject);
  return users && (await standardExists(db, users)) ? users : undefined;
}

/** The time zone in which the org's days begin, as Salesforce's Organization says; UTC where it does not. */
export async function zoneOf(db: Queryable, connectionId: string): Promise<string> {
  if (!(await tableExists(db, 'standard', 'organization'))) return 'UTC';
  if (!(await isShaped(db, 'standard', [{ table: 'organization', column: 'time_zone' }], []))) return 'UTC';
  const [row] = await db.query<{ zone: string | null }>(sql`/* score.zone */ select time_zone as zone
    from standard.organization where connection_id = ${connectionId} and is_deleted is not true limit 1`);
  return row?.zone && isZone(row.zone) ? row.zone : 'UTC';
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
