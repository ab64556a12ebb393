/** Object definitions become those whose standard table is there. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import type { ObjectDefinition } from '../model/object.ts';

// Salesforce's own name for whoever may own a record; OwnerId points there (or at a queue, which has no active flag).
const userObject = 'User';

/** By database the tables that were found: nothing ever drops them. */
const standing = new WeakMap<object, Set<string>>();

/** False when the object was never synced. */
export async function standardExists(db: Queryable, { table }: ObjectDefinition): Promise<boolean> {
  const known = standing.get(db) ?? new Set<string>();
  standing.set(db, known);
  if (known.has(table)) return true;
  const [row] = await db.query<{ found: boolean }>(sql`/* score.exists */
    select to_regclass(${`standard."${table}"`}) is not null as found`);
  if (row!.found) known.add(table);
  return row!.found;
}

/** The object owners are records of; undefined when it is not defined or was never synced. */
export async function ownerObject(db: Queryable, definitions: Definitions): Promise<ObjectDefinition | undefined> {
  const users = definitions.objects.find((object) => object.name === userObject);
  return users && (await standardExists(db, users)) ? users : undefined;
}
