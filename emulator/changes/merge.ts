/** Merges up to two losers into a winner: they are deleted and point at it, their children become its own. */
import type { Change } from '../change.ts';
import { toId18 } from '../ids.ts';
import type { SObject } from '../objects/definition.ts';
import { historyOf } from '../objects/field-history.ts';
import { quoteName, quoteText, tableOf } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Batch } from './apply.ts';
import { stampOf } from './remove.ts';
import { missing } from './write.ts';

export async function mergeRecords(
  batch: Batch,
  object: SObject,
  change: Extract<Change, { op: 'merge' }>,
): Promise<void> {
  const { write, counts, org } = batch;
  if (!object.mergeable) {
    throw new SalesforceError(400, 'INVALID_TYPE_ON_FIELD_IN_RECORD', `merge is not supported for ${object.name}`);
  }
  const master = toId18(change.masterId);
  const losers = change.mergeIds.map(toId18);
  if (losers.includes(master))
    throw new SalesforceError(400, 'INVALID_ID_FIELD', 'a record cannot be merged with itself');
  const stamp = stampOf(change.at ?? batch.now);
  const stamps = `"LastModifiedDate" = ${stamp}, "SystemModstamp" = ${stamp}`;
  const list = losers.map(quoteText).join(', ');
  const touched = await write.run(`/* change.merge_winner */ update ${tableOf(object.name)} set ${stamps}
    where "Id" = ${quoteText(master)} and not "IsDeleted"`);
  if (touched === 0) throw missing(master);
  const merged = await write.run(`/* change.merge_losers */ update ${tableOf(object.name)}
    set "IsDeleted" = true, "MasterRecordId" = ${quoteText(master)}, ${stamps} where "Id" in (${list}) and not "IsDeleted"`);
  if (merged < new Set(losers).size) throw missing(losers.join(', '));
  counts.merged += merged;
  for (const child of org.everyObject) {
    for (const field of child.fields) {
      // A loser's history stays its own.
      if (!field.referenceTo.includes(object.name) || field.name === 'MasterRecordId') continue;
      if (child.name === historyOf(object.name)) continue;
      const name = quoteName(field.name);
      counts.reparented += await write.run(`/* change.reparent */ update ${tableOf(child.name)}
        set ${name} = ${quoteText(master)}, ${stamps} where ${name} in (${list}) and not "IsDeleted"`);
    }
  }
}
