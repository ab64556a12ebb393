/** Object definitions become those whose standard table is there. */
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
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
