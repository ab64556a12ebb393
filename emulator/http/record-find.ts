/** Finds records by id or by the value of a field that identifies them. */
import { literalOf } from '../changes/literal.ts';
import { isId, toId18 } from '../ids.ts';
import type { Field, SObject } from '../objects/definition.ts';
import { findField, type Org } from '../org/org.ts';
import { columnType, quoteName, quoteText, tableOf } from '../org/sql.ts';
import { notFound, SalesforceError } from '../salesforce-error.ts';

/** Throws NOT_FOUND for an object that is not there or that the user may not read. */
export function objectOf(org: Org, name: string): SObject {
  const object = org.find(name);
  if (!object) throw notFound();
  return object;
}

/** The 18-character id of a live record; 404 says whether it is deleted or was never there. */
export async function liveId(org: Org, object: SObject, text: string): Promise<string> {
  if (!isId(text)) throw notFound(`Provided external ID field does not exist or is not accessible: ${text}`);
  const id = toId18(text);
  const [row] = await org.db.rows(
    `/* record.find */ select "IsDeleted" from ${tableOf(object.name)} where "Id" = ${quoteText(id)}`,
  );
  if (row?.IsDeleted === true) throw new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  if (!row) throw notFound('Provided external ID field does not exist or is not accessible: Id');
  return id;
}

/** A field that may stand in a path instead of the id: an external id, an idLookup field, or Id itself. */
export function keyField(object: SObject, name: string): Field {
  const field = findField(object, name);
  if (!field || !(field.externalId || field.idLookup || field.type === 'id')) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
  }
  return field;
}

/** Ids of live records whose key field has the value, text compared without case. */
export async function findByField(org: Org, object: SObject, name: string, value: string): Promise<string[]> {
  const field = keyField(object, name);
  if (field.type === 'id' && !isId(value)) return [];
  const literal = literalOf(field, value);
  const column = quoteName(field.name);
  const isText = columnType(field.type) === 'varchar' && field.type !== 'id';
  const test = isText ? `lower(${column}) = lower(${literal})` : `${column} = ${literal}`;
  const rows = await org.db.rows(
    `/* record.by_key */ select "Id" from ${tableOf(object.name)} where ${test} and not "IsDeleted" order by "Id" limit 2000`,
  );
  return rows.map(({ Id }) => String(Id));
}
