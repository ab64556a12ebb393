/** Inserts and updates records, with the stamps and derived values Salesforce sets itself. */
import type { Change } from '../change.ts';
import { toId18 } from '../ids.ts';
import type { SObject } from '../objects/definition.ts';
import { findField, type Org } from '../org/org.ts';
import { fullName, hasPersonName } from '../org/person-name.ts';
import { quoteName, quoteText, tableOf } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Batch } from './batch.ts';
import { remember, writeCreation, writeFieldHistory } from './field-history.ts';
import { fieldOf, keepable } from './literal.ts';
import { rulesOf } from './rules.ts';
import { columnLiteral, columnsOf, setRows, type Fields, type OwnFields } from './set-rows.ts';

type Insert = Extract<Change, { op: 'insert' }>;
type Update = Extract<Change, { op: 'update' }>;
type Recalculation = Extract<Change, { op: 'recalculate' }>;

export async function insertRecords(batch: Batch, object: SObject, changes: Insert[]): Promise<void> {
  const { org, write } = batch;
  const rules = rulesOf(object);
  const rows = changes.map(({ fields, at = batch.now, by = org.userId }) => {
    const id = fields.Id ? toId18(String(fields.Id)) : org.mint.mint(object.keyPrefix);
    const defaults: Fields = {
      CreatedDate: at,
      CreatedById: by,
      LastModifiedDate: at,
      LastModifiedById: by,
      SystemModstamp: at,
      IsDeleted: false,
    };
    for (const field of object.fields) {
      if (field.type === 'boolean' && !field.nillable) defaults[field.name] ??= false;
    }
    if (findField(object, 'OwnerId')) defaults.OwnerId = by;
    return { ...defaults, ...rules.derive(named(batch.org, object, fields)), Id: id };
  });
  const ids = rows.map(({ Id }) => Id);
  const [taken] = await write.rows(
    `/* change.taken */ select "Id" from ${tableOf(object.name)} where "Id" in (${ids.map(quoteText).join(', ')}) limit 1`,
  );
  const twice = taken?.Id ?? ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new SalesforceError(
      400,
      'DUPLICATE_VALUE',
      `duplicate value found: Id duplicates value on record with id: ${String(twice)}`,
    );
  }
  // Internal columns of objects that do not show them are stamped all the same.
  const columns = columnsOf(object, rows);
  const values = rows.map(
    (row: Fields) => `(${columns.map((name) => columnLiteral(object, name, row[name] ?? null)).join(', ')})`,
  );
  batch.counts.inserted += await write.run(
    `/* change.insert */ insert into ${tableOf(object.name)} (${columns.map(quoteName).join(', ')}) values ${values.join(', ')}`,
  );
  batch.insertedIds.push(...ids);
  await refreshNames(batch, object, ids);
  await rules.inserted(batch, ids);
  await writeCreation(batch, object, ids);
}

export async function updateRecords(batch: Batch, object: SObject, changes: Update[]): Promise<void> {
  const { org, write } = batch;
  const rules = rulesOf(object);
  const table = tableOf(object.name);
  const rows = changes.map(({ id, fields, at = batch.now, by = org.userId }): OwnFields => {
    const given = rules.derive(named(batch.org, object, fields));
    const stamps: Fields = { LastModifiedDate: at, LastModifiedById: by, SystemModstamp: at };
    return { ...stamps, ...given, Id: toId18(id) };
  });
  const ids = rows.map(({ Id }) => Id);
  const list = ids.map(quoteText).join(', ');
  const live = await write.rows(
    `/* change.live */ select "Id" from ${table} where "Id" in (${list}) and not "IsDeleted"`,
  );
  if (live.length < ids.length) {
    const found = new Set(live.map(({ Id }) => Id));
    throw missing(ids.find((id) => !found.has(id)) ?? '');
  }
  const before = await rules.remember(batch, ids);
  const tracked = await remember(batch, object, ids, columnsOf(object, rows));
  batch.counts.updated += await setRows(write, object, rows, 'change.update');
  const renamed = rows.filter((row) => 'FirstName' in row || 'LastName' in row).map(({ Id }) => Id);
  if (renamed.length > 0) await refreshNames(batch, object, renamed);
  await rules.updated(batch, before);
  await writeFieldHistory(batch, object, tracked);
}

/** Sets values as a formula would: no stamp moves, no history is written, no rule runs. */
export async function recalculateRecords(batch: Batch, object: SObject, changes: Recalculation[]): Promise<void> {
  const rows = changes.map(({ id, fields }): OwnFields => ({ ...named(batch.org, object, fields), Id: toId18(id) }));
  if (columnsOf(object, rows).every((name) => name === 'Id')) return;
  const count = await setRows(batch.write, object, rows, 'change.recalculate', 'not t."IsDeleted"');
  if (count < rows.length) throw missing(rows.map(({ Id }) => String(Id)).join(', '));
  batch.counts.recalculated += count;
}

export function missing(id: string): SalesforceError {
  return new SalesforceError(404, 'ENTITY_IS_DELETED', `entity is deleted: ${id}`);
}

/** Fields under their own spelling; unknown ones are refused. */
function named(org: Org, object: SObject, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [fieldOf(object, name).name, keepable(org, value)]),
  );
}

async function refreshNames({ write }: Batch, object: SObject, ids: string[]): Promise<void> {
  if (!hasPersonName(object)) return;
  await write.run(`/* change.full_name */ update ${tableOf(object.name)} set "Name" = coalesce(${fullName}, "Name")
    where "Id" in (${ids.map(quoteText).join(', ')})`);
}
