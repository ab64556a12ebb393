/** Writes the rows of a bulk load, insert to hardDelete, and says of each what became of it. */
import { parse } from 'csv-parse/sync';
import { applyChanges } from '../changes/apply.ts';
import { toId18 } from '../ids.ts';
import type { SObject } from '../objects/definition.ts';
import type { Org } from '../org/org.ts';
import { grant, type Outcome } from './collections.ts';
import { deleteChange, insertChange, updateChange, upsertChange } from './records-write.ts';

export const loadOperations = ['insert', 'update', 'upsert', 'delete', 'hardDelete'] as const;
export type LoadOperation = (typeof loadOperations)[number];

export type Row = Record<string, unknown>;

/** Rows of a load file under their header; `Account.Key__c` points at a parent, `#N/A` empties a field, nothing leaves it. */
export function csvRows(text: string, delimiter: string): Row[] {
  const rows: Record<string, string>[] = parse(text, { columns: true, delimiter, bom: true, skip_empty_lines: true });
  return rows.map((row) => {
    const fields: Row = {};
    for (const [name, value] of Object.entries(row)) {
      if (value === '') continue;
      const [parent = '', key] = name.split('.');
      if (key === undefined) fields[name] = value === '#N/A' ? null : value;
      else fields[parent] = { [key]: value };
    }
    return fields;
  });
}

// As many as Salesforce's own triggers see at once.
const chunk = 200;

export async function loadRows(
  org: Org,
  object: SObject,
  operation: LoadOperation,
  rows: Row[],
  key: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < rows.length; at += chunk) {
    const wishes = rows.slice(at, at + chunk).map((row) => () => wishOf(org, object, operation, row, key));
    outcomes.push(...(await grant(org, wishes, false)));
  }
  if (operation === 'hardDelete') {
    const gone = outcomes.flatMap(({ id, success }) => (success && id ? [id] : []));
    await applyChanges(
      org,
      gone.map((id) => ({ op: 'purge', sobject: object.name, id })),
    );
  }
  return outcomes;
}

async function wishOf(org: Org, object: SObject, operation: LoadOperation, row: Row, key: string) {
  const own = Object.keys(row).find(
    (name) => name.toLowerCase() === (operation === 'upsert' ? key : 'id').toLowerCase(),
  );
  const { [own ?? '']: value, ...body } = row;
  const given = String(value ?? '');
  switch (operation) {
    case 'insert':
      return { change: await insertChange(org, object, row), id: null, created: true };
    case 'update':
      return { change: await updateChange(org, object, given, body), id: toId18(given), created: false };
    case 'upsert': {
      const { change, id } = await upsertChange(org, object, key, given, body);
      return { change, id, created: id === null };
    }
    default:
      return { change: await deleteChange(org, object, given), id: toId18(given), created: false };
  }
}
