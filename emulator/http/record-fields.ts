/** Turns the JSON body of a write into field values of one object, refusing what Salesforce refuses with its own words. */
import { z } from 'zod';
import type { FieldValue } from '../change.ts';
import type { Field, SObject } from '../objects/definition.ts';
import { findField, type Org } from '../org/org.ts';
import { columnType } from '../org/sql.ts';
import { jsonFault, SalesforceError } from '../salesforce-error.ts';
import { findByField } from './record-find.ts';

const fieldsBody = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), z.unknown())]),
);

export type Fields = Record<string, FieldValue>;

/** `attributes` names the type and is no field; `Account: {Key__c: "1"}` points at a parent by its external id. */
export async function fieldsOf(
  org: Org,
  object: SObject,
  body: unknown,
  right: 'createable' | 'updateable',
): Promise<Fields> {
  const parsed = fieldsBody.safeParse(body);
  if (!parsed.success) throw jsonFault('The body must be one JSON object of fields.');
  const fields: Fields = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    if (name === 'attributes') continue;
    if (typeof value === 'object' && value !== null) {
      const { field, id } = await parentOf(org, object, name, value);
      fields[field.name] = id;
      continue;
    }
    const field = findField(object, name);
    if (!field) throw new SalesforceError(400, 'INVALID_FIELD', noColumn(object, name));
    if (!field[right]) {
      const message = `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
      throw new SalesforceError(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', message, [field.name]);
    }
    checkText(field, value);
    fields[field.name] = value;
  }
  return fields;
}

function noColumn(object: SObject, name: string): string {
  return `No such column '${name}' on sobject of type ${object.name}`;
}

async function parentOf(org: Org, object: SObject, name: string, value: Record<string, unknown>) {
  const field = object.fields.find((known) => known.relationshipName?.toLowerCase() === name.toLowerCase());
  if (!field) throw new SalesforceError(400, 'INVALID_FIELD', noColumn(object, name));
  const [key, wanted] = Object.entries(value).find(([part]) => part !== 'attributes') ?? ['', null];
  const parent = org.find(field.referenceTo[0] ?? '');
  const ids = parent ? await findByField(org, parent, key, String(wanted)) : [];
  if (ids.length === 1) return { field, id: ids[0] ?? '' };
  const message = `Foreign key external ID: ${String(wanted)} not found for field ${key} in entity ${parent?.name ?? name}`;
  throw new SalesforceError(400, 'INVALID_FIELD', message);
}

function checkText(field: Field, value: FieldValue): void {
  if (typeof value !== 'string' || columnType(field.type) !== 'varchar') return;
  const isKey = field.type === 'id' || field.type === 'reference';
  if (!isKey && field.length > 0 && value.length > field.length) {
    const message = `${field.label}: data value too large: ${value} (max length=${field.length})`;
    throw new SalesforceError(400, 'STRING_TOO_LONG', message, [field.name]);
  }
  if (field.restrictedPicklist && field.picklist.length > 0 && value !== '' && !field.picklist.includes(value)) {
    const message = `${field.label}: bad value for restricted picklist field: ${value}`;
    throw new SalesforceError(400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field.name]);
  }
}

/** Throws REQUIRED_FIELD_MISSING naming every required field that got no value. */
export function checkRequired(object: SObject, fields: Fields): void {
  const absent = object.fields
    .filter((field) => field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean')
    .map(({ name }) => name)
    .filter((name) => (fields[name] ?? '') === '');
  if (absent.length === 0) return;
  const message = `Required fields are missing: [${absent.join(', ')}]`;
  throw new SalesforceError(400, 'REQUIRED_FIELD_MISSING', message, absent);
}
