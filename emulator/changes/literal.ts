/** Turns a field value of a request into SQL of the field's type, or Salesforce's refusal of it. */
import type { FieldValue } from '../change.ts';
import { isId, toId18 } from '../ids.ts';
import type { Field, SObject } from '../objects/definition.ts';
import { findField, type Org } from '../org/org.ts';
import { columnType, quoteText } from '../org/sql.ts';
import { hasLoneSurrogate, hideLoneSurrogates } from '../org/surrogate.ts';
import { SalesforceError } from '../salesforce-error.ts';

/** A text that breaks a surrogate pair is kept by its stand-in; the org remembers that it holds one. */
export function keepable(org: Org, value: FieldValue): FieldValue {
  if (typeof value !== 'string' || !hasLoneSurrogate(value)) return value;
  org.holdsLoneSurrogates = true;
  return hideLoneSurrogates(value);
}

export function fieldOf(object: SObject, name: string): Field {
  const field = findField(object, name);
  if (!field || columnType(field.type) === null) {
    const message = `No such column '${name}' on sobject of type ${object.name}`;
    throw new SalesforceError(400, 'INVALID_FIELD', message);
  }
  return field;
}

/** Empty text is null, as Salesforce stores it. Datetimes may carry any offset and end up UTC. */
export function literalOf(field: Field, value: FieldValue): string {
  if (value === null || value === '') return field.type === 'boolean' && !field.nillable ? 'false' : 'null';
  const text = String(value);
  const type = columnType(field.type);
  switch (type) {
    case 'boolean':
      if (/^(true|false)$/i.test(text)) return text.toLowerCase();
      throw refusal(field, text);
    case 'bigint':
    case 'double':
      if (typeof value !== 'boolean' && Number.isFinite(Number(text))) return `cast(${quoteText(text)} as ${type})`;
      throw refusal(field, text);
    case 'date':
      if (!/^\d{4}-\d{2}-\d{2}/.test(text)) throw refusal(field, text);
      return `date ${quoteText(moment(field, text).slice(0, 10))}`;
    case 'timestamp':
      return `timestamp ${quoteText(moment(field, text))}`;
    case 'time':
      return `time ${quoteText(text.replace(/Z$/, ''))}`;
    default:
      if (field.type !== 'id' && field.type !== 'reference') return quoteText(text);
      if (isId(text)) return quoteText(toId18(text));
      throw new SalesforceError(400, 'MALFORMED_ID', `${field.label}: id value of incorrect type: ${text}`, [
        field.name,
      ]);
  }
}

function moment(field: Field, text: string): string {
  const date = new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(date.getTime())) throw refusal(field, text);
  return date.toISOString().slice(0, 23);
}

function refusal(field: Field, text: string): SalesforceError {
  const kind =
    field.type === 'boolean'
      ? 'boolean'
      : field.type === 'date' || field.type === 'datetime'
        ? `xsd:${field.type}`
        : 'number';
  return new SalesforceError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${kind} from VALUE_STRING value ${text}`,
  );
}
