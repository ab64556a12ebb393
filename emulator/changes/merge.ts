/** Merges up to two losers into a winner: they are deleted and point at it, their children become its own. */
import type { Change } from '../change.ts';
import { toId18 } from '../ids.ts';
import type { SObject } from '../objects/definition.ts';
import { historyOf } from '../objects/field-history.ts';
import { quoteName, quoteText, tableOf } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Batch } from './batch.ts';
import { stampOf } from './remove.ts';
import { missing } from './write.ts';

type Merge = Extract<Change, { op: 'merge' }>;

/** No record may stand in two of the merges. */
export async function mergeRecords(batch: Batch, object: SObject, changes: Merge[]): Promise<void> {
  const { write, counts, org } = batch;
  if (!object.mergeable) {
    throw new SalesforceError(400, 'INVALID_TYPE_ON_FIELD_IN_RECORD', `merge is not supported for ${object.name}`);
  }
  const merges = changes.map(({ masterId, mergeIds, at = batch.now }) => ({
    master: toId18(masterId),
    losers: [...new Set(mergeIds.map(toId18))],
    stamp: stampOf(at),
  }));
  if (merges.some(({ master, losers }) => losers.includes(master)))
    throw new SalesforceError(400, 'INVALID_ID_FIELD', 'a record cannot be merged with itself');
  const table = tableOf(object.name);
  const winners = merges.map(({ master, stamp }) => `(${quoteText(master)}, ${stamp})`).join(', ');
  const losers = merges
    .flatMap(({ master, losers: ids, stamp }) => ids.map((id) => `(${[id, master].map(quoteText).join()}, ${stamp})`))
    .join(', ');
  const masters = merges.map(({ master }) => master);
  await refuseGone(batch, table, [...masters, ...merges.flatMap((merge) => merge.losers)]);
  await write.run(`/* change.merge_winner */ update ${table} as t set "LastModifiedDate" = v.stamp, "SystemModstamp" = v.stamp
    from (values ${winners}) v(id, stamp) where t."Id" = v.id`);
  counts.merged += await write.run(`/* change.merge_losers */ update ${table} as t
    set "IsDeleted" = true, "MasterRecordId" = v.master, "LastModifiedDate" = v.stamp, "SystemModstamp" = v.stamp
    from (values ${losers}) v(id, master, stamp) where t."Id" = v.id`);
  for (const child of org.everyObject) {
    for (const field of child.fields) {
      // A loser's history stays its own.
      if (!field.referenceTo.includes(object.name) || field.name === 'MasterRecordId') continue;
      if (child.name === historyOf(object.name)) continue;
      const name = quoteName(field.name);
      counts.reparented += await write.run(`/* change.reparent */ update ${tableOf(child.name)} as t
        set ${name} = v.master, "LastModifiedDate" = v.stamp, "SystemModstamp" = v.stamp
        from (values ${losers}) v(id, master, stamp) where t.${name} = v.id and not t."IsDeleted"`);
    }
  }
}

async function refuseGone({ write }: Batch, table: string, ids: string[]): Promise<void> {
  const live = await write.rows(`/* change.merge_live */ select "Id" from ${table}
    where "Id" in (${ids.map(quoteText).join(', ')}) and not "IsDeleted"`);
  const found = new Set(live.map(({ Id }) => Id));
  const gone = ids.find((id) => !found.has(id));
  if (gone !== undefined) throw missing(gone);
}
