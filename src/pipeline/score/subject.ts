/** Object definitions become those whose standard table is there. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { ObjectDefinition } from '../../model/object.ts';

// Salesforce's own name for whoever may own a record; OwnerId points there (or at a queue, which has no active flag).
const userObject = 'User';

/** False when the object was never synced. */
export async function standardExists(db: Queryable, object: ObjectDefinition): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(sql`/* score.exists */
    select exists (select from information_schema.tables
      where table_schema = 'standard' and table_name = ${object.table}) as found`);
  return row!.found;
}

/** The object owners are records of; undefined when it is not defined or was never synced. */
export async function ownerObject(db: Queryable, definitions: Definitions): Promise<ObjectDefinition | undefined> {
  const users = definitions.objects.find((object) => object.name === userObject);
  return users && (await standardExists(db, users)) ? users : undefined;
}
