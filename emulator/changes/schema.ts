/** Changes what the org's objects are made of while it runs: fields and objects come, go, and change name or type. */
import { z } from 'zod';
import { createTable } from '../org/load-csv.ts';
import { fieldTypes, makeField, standardObject, type Field, type SObject } from '../objects/definition.ts';
import { relationshipOf } from '../org/infer.ts';
import { findField, type Org } from '../org/org.ts';
import { castFromText, columnType, csvForm, quoteName, tableOf } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';

const apiName = z.string().regex(/^[A-Za-z]\w{0,79}$/, 'an API name');
const sobject = apiName;
const type = z.enum(fieldTypes);

const fieldSchema = z.strictObject({
  name: apiName,
  type,
  label: z.string().optional(),
  length: z.int().min(0).max(131_072).optional(),
  precision: z.int().min(0).max(18).optional(),
  scale: z.int().min(0).max(18).optional(),
  nillable: z.boolean().optional(),
  /** A formula or roll-up: nobody writes it, and its changes leave no stamp. */
  calculated: z.boolean().optional(),
  externalId: z.boolean().optional(),
  unique: z.boolean().optional(),
  picklist: z.array(z.string()).optional(),
  referenceTo: z.array(apiName).optional(),
});

export const schemaChange = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add-field'), sobject, field: fieldSchema }),
  z.strictObject({ op: z.literal('remove-field'), sobject, field: apiName }),
  z.strictObject({ op: z.literal('rename-field'), sobject, field: apiName, to: apiName }),
  // The values are cast; those that are none of the new type are lost, as in Salesforce.
  z.strictObject({ op: z.literal('retype-field'), sobject, field: apiName, type }),
  // Describe says another type than the values are of: real orgs have such custom fields.
  z.strictObject({ op: z.literal('misdeclare-field'), sobject, field: apiName, type }),
  z.strictObject({
    op: z.literal('add-object'),
    sobject,
    label: z.string().optional(),
    keyPrefix: z.string().length(3).optional(),
    fields: z.array(fieldSchema).default([]),
  }),
  z.strictObject({ op: z.literal('remove-object'), sobject }),
]);

export type SchemaChange = z.infer<typeof schemaChange>;

/** Throws SalesforceError for an object or field that is not there, or there already. */
export async function changeSchema(org: Org, change: SchemaChange): Promise<void> {
  if (change.op === 'add-object') return addObject(org, change);
  const object = org.findHidden(change.sobject);
  if (!object) throw refusal(`The org has no object ${change.sobject}.`);
  switch (change.op) {
    case 'remove-object':
      await org.db.transaction((write) => write.run(`/* schema.drop */ drop table ${tableOf(object.name)}`));
      return org.remove(object.name);
    case 'add-field':
      return addField(org, object, change.field);
    case 'remove-field': {
      const field = known(object, change.field);
      await alter(org, object, field, 'drop column');
      return org.add({ ...object, fields: object.fields.filter((other) => other !== field) });
    }
    case 'rename-field': {
      const field = known(object, change.field);
      if (findField(object, change.to)) throw refusal(`${object.name} has a field ${change.to} already.`);
      await alter(org, object, field, 'rename column', `to ${quoteName(change.to)}`);
      return replace(org, object, field, { name: change.to, relationshipName: relationshipOf(change.to) });
    }
    case 'misdeclare-field':
      return replace(org, object, known(object, change.field), { declaredType: change.type });
    case 'retype-field':
      return retype(org, object, known(object, change.field), change.type);
  }
}

async function addObject(org: Org, change: Extract<SchemaChange, { op: 'add-object' }>): Promise<void> {
  if (org.findHidden(change.sobject)) throw refusal(`The org has an object ${change.sobject} already.`);
  const { sobject: name, label, keyPrefix } = change;
  const bare = standardObject({
    name,
    ...(label === undefined ? {} : { label }),
    labelPlural: `${label ?? name.replace(/__c$/, '')}s`,
    keyPrefix: keyPrefix ?? freePrefix(org),
    fields: 'Name string(80) namefield',
  });
  const object = { ...bare, fields: [...bare.fields, ...change.fields.map(made)] };
  await createTable(org, object);
  org.add(object);
}

/** Custom objects are numbered from a00 on. */
function freePrefix(org: Org): string {
  const taken = new Set(org.everyObject.map(({ keyPrefix }) => keyPrefix));
  for (let i = 0; ; i++) {
    const prefix = `a${i.toString(36).padStart(2, '0')}`;
    if (!taken.has(prefix)) return prefix;
  }
}

async function addField(org: Org, object: SObject, given: z.infer<typeof fieldSchema>): Promise<void> {
  if (findField(object, given.name)) throw refusal(`${object.name} has a field ${given.name} already.`);
  const field = made(given);
  const column = columnType(field.type);
  if (column !== null) {
    const fallback = field.type === 'boolean' ? ' default false' : '';
    const add = `add column ${quoteName(field.name)} ${column}${fallback}`;
    await org.db.transaction((write) => write.run(`/* schema.add */ alter table ${tableOf(object.name)} ${add}`));
  }
  org.add({ ...object, fields: [...object.fields, field] });
}

function made(given: z.infer<typeof fieldSchema>): Field {
  const readOnly = given.calculated ? { createable: false, updateable: false } : {};
  const reference = given.type === 'reference' ? { length: 18, relationshipName: relationshipOf(given.name) } : {};
  const text = columnType(given.type) === 'varchar' && given.type !== 'reference' ? { length: 255 } : {};
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const isFlag = given.type === 'boolean' ? { nillable: false, defaultedOnCreate: true } : {};
  return makeField({ ...text, ...reference, ...readOnly, ...isFlag, ...stated, name: given.name, type: given.type });
}

async function retype(org: Org, object: SObject, field: Field, to: Field['type']): Promise<void> {
  const column = columnType(to);
  if (column === null || columnType(field.type) === null) throw refusal('Compound fields keep their type.');
  const asText =
    columnType(field.type) === 'varchar' ? quoteName(field.name) : csvForm(quoteName(field.name), field.type);
  const cast = `set data type ${column} using ${castFromText(asText, to)}`;
  await alter(org, object, field, 'alter column', cast);
  await replace(org, object, field, { type: to, declaredType: null });
}

async function alter(org: Org, object: SObject, field: Field, verb: string, rest = ''): Promise<void> {
  if (columnType(field.type) === null) return;
  const system = ['Id', 'IsDeleted', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp'];
  if (system.includes(field.name)) throw refusal(`${field.name} is Salesforce's own and stays as it is.`);
  const statement = `alter table ${tableOf(object.name)} ${verb} ${quoteName(field.name)} ${rest}`;
  await org.db.transaction((write) => write.run(`/* schema.alter */ ${statement}`));
}

async function replace(org: Org, object: SObject, field: Field, change: Partial<Field>): Promise<void> {
  // What a describe file said of it no longer holds.
  const changed = { ...field, ...change, recorded: null };
  org.add({ ...object, fields: object.fields.map((other) => (other === field ? changed : other)) });
}

function known(object: SObject, name: string): Field {
  const field = findField(object, name);
  if (!field) throw refusal(`${object.name} has no field ${name}; name fields as describe does.`);
  return field;
}

function refusal(message: string): SalesforceError {
  return new SalesforceError(400, 'CONTROL_REQUEST_INVALID', message);
}
