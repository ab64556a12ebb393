/** Writes the history of tracked fields: who changed what from which value to which, as Salesforce does by itself. */
import type { Field, FieldType, SObject } from '../objects/definition.ts';
import { historyOf } from '../objects/field-history.ts';
import type { SqlRow } from '../org/database.ts';
import { findField } from '../org/org.ts';
import { jsonForm, quoteName, quoteText, tableOf } from '../org/sql.ts';
import type { Batch } from './batch.ts';

export interface Remembered {
  fields: Field[];
  /** By id; moments and numbers as text. */
  rows: Map<string, SqlRow>;
}

/** Salesforce's names for what a history row holds. */
const dataTypes: Partial<Record<FieldType, string>> = {
  boolean: 'Boolean',
  int: 'Integer',
  double: 'Double',
  currency: 'Currency',
  percent: 'Percent',
  date: 'DateOnly',
  datetime: 'DateTime',
  picklist: 'DynamicEnum',
  multipicklist: 'MultiEnum',
  phone: 'PhoneNumber',
  email: 'EmailAddress',
  url: 'Url',
  textarea: 'TextArea',
};

/** The tracked fields among `names` as they are now. Null where the object or none of the fields is tracked. */
export async function remember(
  { org, write }: Batch,
  object: SObject,
  ids: string[],
  names: string[],
): Promise<Remembered | null> {
  if (historyOf(object.name) === undefined) return null;
  const tracked = org.tracked(object.name);
  const fields = names.flatMap((name) => (tracked.includes(name) ? (findField(object, name) ?? []) : []));
  return fields.length === 0 ? null : { fields, rows: await readRows(write, object, ids, fields) };
}

async function readRows(
  write: Batch['write'],
  object: SObject,
  ids: string[],
  fields: Field[],
): Promise<Map<string, SqlRow>> {
  const columns = fields.map(({ name, type }) => {
    const column = quoteName(name);
    return `cast(${type === 'int' ? column : jsonForm(column, type)} as varchar) as ${column}`;
  });
  const keepers = `coalesce(${quoteName('LastModifiedById')}, '') as "by", "SystemModstamp"::varchar as "at"`;
  const rows = await write.rows(`/* history.read */ select "Id", ${keepers}, ${columns.join(', ')}
    from ${tableOf(object.name)} where "Id" in (${ids.map(quoteText).join(', ')})`);
  return new Map(rows.map((row) => [String(row.Id), row]));
}

/** One row for each change of a tracked field; two where it points at a record: its name, then its id. */
export async function writeFieldHistory(batch: Batch, object: SObject, before: Remembered | null): Promise<void> {
  if (before === null) return;
  const after = await readRows(batch.write, object, [...before.rows.keys()], before.fields);
  const nameOf = await readNames(batch, before, after);
  const entries: Entry[] = [];
  for (const [id, old] of before.rows) {
    const now = after.get(id);
    if (!now) continue;
    for (const { name, type } of before.fields) {
      const [from, to] = [textOf(old[name]), textOf(now[name])];
      if (from === to) continue;
      const isReference = type === 'reference';
      // Lookups of Salesforce's own are named without Id: Owner, Account.
      const field = isReference ? name.replace(/Id$/, '') : name;
      const entry = { id, field, by: String(now.by), at: String(now.at) };
      if (isReference) {
        entries.push({ ...entry, type: 'Text', from: nameOf(from), to: nameOf(to) });
      }
      entries.push({ ...entry, type: isReference ? 'EntityId' : (dataTypes[type] ?? 'Text'), from, to });
    }
  }
  await writeEntries(batch, object, entries);
}

/** Salesforce notes that a record was made, without values. */
export async function writeCreation(batch: Batch, object: SObject, ids: string[]): Promise<void> {
  if (historyOf(object.name) === undefined || batch.org.tracked(object.name).length === 0) return;
  const rows = await readRows(batch.write, object, ids, []);
  const entries = ids.flatMap((id) => {
    const row = rows.get(id);
    return row
      ? [{ id, field: 'created', type: 'Text', from: null, to: null, by: String(row.by), at: String(row.at) }]
      : [];
  });
  await writeEntries(batch, object, entries);
}

interface Entry {
  id: string;
  field: string;
  type: string;
  from: string | null;
  to: string | null;
  by: string;
  at: string;
}

async function writeEntries(batch: Batch, object: SObject, entries: Entry[]): Promise<void> {
  const history = batch.org.findHidden(historyOf(object.name) ?? '');
  if (entries.length === 0 || !history) return;
  const rows = entries.map(({ id, field, type, from, to, by, at }) => {
    const texts = [batch.org.mint.mint(history.keyPrefix), id, field, type, by].map(quoteText);
    const values = [from, to].map((value) => (value === null ? 'null' : quoteText(value)));
    const stamp = `timestamp ${quoteText(at)}`;
    return `(${[...texts, ...values, stamp, stamp, stamp, 'false'].join(', ')})`;
  });
  batch.counts.fieldHistory += await batch.write.run(`/* history.write */ insert into ${tableOf(history.name)}
    ("Id", ${quoteName(`${object.name}Id`)}, "Field", "DataType", "CreatedById", "OldValue", "NewValue",
      "CreatedDate", "LastModifiedDate", "SystemModstamp", "IsDeleted") values ${rows.join(', ')}`);
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** The names of the records that references pointed at or point at now; an id without a name is its own. */
async function readNames(
  { org, write }: Batch,
  { fields, rows }: Remembered,
  after: Map<string, SqlRow>,
): Promise<(id: string | null) => string | null> {
  const references = fields.filter(({ type }) => type === 'reference');
  const ids = new Set(
    [...rows].flatMap(([id, old]) =>
      references.flatMap(({ name }) => {
        const [from, to] = [textOf(old[name]), textOf(after.get(id)?.[name])];
        return from === to ? [] : [from, to].filter((value) => value !== null);
      }),
    ),
  );
  const names = new Map<string, string>();
  for (const [object, pointedAt] of Map.groupBy(ids, (id) => org.findByPrefix(id))) {
    if (!object || !findField(object, 'Name')) continue;
    const found = await write.rows(`/* history.name */ select "Id", "Name" from ${tableOf(object.name)}
      where "Id" in (${pointedAt.map(quoteText).join(', ')}) and "Name" is not null`);
    for (const { Id, Name } of found) names.set(String(Id), String(Name));
  }
  return (id) => (id === null ? null : (names.get(id) ?? id));
}
