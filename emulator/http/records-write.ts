/** Creates, updates, deletes and upserts one record for REST, each check as Salesforce makes it. */
import type { Change } from '../change.ts';
import { applyChanges } from '../changes/apply.ts';
import type { SObject } from '../objects/definition.ts';
import { findField, type Org } from '../org/org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { checkRequired, fieldsOf } from './record-fields.ts';
import { findByField, keyField, liveId } from './record-find.ts';

export async function insertChange(org: Org, object: SObject, body: unknown): Promise<Change> {
  const fields = await fieldsOf(org, object, body, 'createable');
  checkRequired(object, fields);
  await refuseTwins(org, object, fields, null);
  return { op: 'insert', sobject: object.name, fields };
}

export async function updateChange(org: Org, object: SObject, id: string, body: unknown): Promise<Change> {
  const live = await liveId(org, object, id);
  const fields = await fieldsOf(org, object, body, 'updateable');
  await refuseTwins(org, object, fields, live);
  return { op: 'update', sobject: object.name, id: live, fields };
}

export async function deleteChange(org: Org, object: SObject, id: string): Promise<Change> {
  return { op: 'delete', sobject: object.name, id: await liveId(org, object, id) };
}

/** Several records with the key: 300, and the client must choose. */
export class SeveralRecords extends Error {
  readonly ids: string[];

  constructor(ids: string[]) {
    super(`The external id stands on ${ids.length} records`);
    this.ids = ids;
  }
}

/** The insert or update an upsert comes to. `id` is null for an insert. */
export async function upsertChange(
  org: Org,
  object: SObject,
  key: string,
  value: string,
  body: unknown,
): Promise<{ change: Change; id: string | null }> {
  const field = keyField(object, key);
  const ids = await findByField(org, object, key, value);
  if (ids.length > 1) throw new SeveralRecords(ids);
  const [id] = ids;
  if (id !== undefined) return { change: await updateChange(org, object, id, body), id };
  const fields = await fieldsOf(org, object, body, 'createable');
  if (field.type !== 'id') fields[field.name] = value;
  checkRequired(object, fields);
  return { change: { op: 'insert', sobject: object.name, fields }, id: null };
}

async function refuseTwins(
  org: Org,
  object: SObject,
  fields: Record<string, unknown>,
  own: string | null,
): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = findField(object, name);
    if (!field?.unique || value === null || value === '') continue;
    const twin = (await findByField(org, object, name, String(value))).find((id) => id !== own);
    if (twin === undefined) continue;
    const message = `duplicate value found: ${field.name} duplicates value on record with id: ${twin}`;
    throw new SalesforceError(400, 'DUPLICATE_VALUE', message, []);
  }
}

/** Applies one change and answers the id it made, if any. */
export async function apply(org: Org, change: Change): Promise<string | undefined> {
  return (await applyChanges(org, [change])).ids[0];
}
