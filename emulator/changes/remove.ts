/** Deletes, restores and purges records: a deleted row stays, marked and stamped, until it is purged. */
import type { SObject } from '../objects/definition.ts';
import { quoteName, quoteText, tableOf } from '../org/sql.ts';
import type { Batch } from './batch.ts';
import { missing } from './write.ts';

function listOf(ids: string[]): string {
  return ids.map(quoteText).join(', ');
}

export function stampOf(at: string): string {
  return `timestamp ${quoteText(new Date(at).toISOString().slice(0, 23))}`;
}

/** Marks live records deleted, their dependants with them. Answers how many were named; throws if one is not live. */
export async function removeRecords(batch: Batch, object: SObject, ids: string[], at: string): Promise<number> {
  const removed = await mark(batch, object, ids, at);
  if (removed < new Set(ids).size) throw missing(ids.join(', '));
  await cascade(batch, object, ids, at);
  return removed;
}

async function mark({ write }: Batch, object: SObject, ids: string[], at: string): Promise<number> {
  const stamp = stampOf(at);
  return write.run(`/* change.delete */ update ${tableOf(object.name)} set "IsDeleted" = true, "LastModifiedDate" = ${stamp},
    "SystemModstamp" = ${stamp} where "Id" in (${listOf(ids)}) and not "IsDeleted"`);
}

async function cascade(batch: Batch, parent: SObject, ids: string[], at: string): Promise<void> {
  for (const { child, link } of dependants(batch, parent)) {
    const rows = await batch.write.rows(`/* change.dependants */ select "Id" from ${tableOf(child.name)}
      where ${link} in (${listOf(ids)}) and not "IsDeleted" order by rowid`);
    if (rows.length === 0) continue;
    const childIds = rows.map(({ Id }) => String(Id));
    batch.counts.cascaded += await mark(batch, child, childIds, at);
    await cascade(batch, child, childIds, at);
  }
}

function dependants({ org }: Batch, parent: SObject): { child: SObject; link: string }[] {
  return org.everyObject.flatMap((child) =>
    child.fields
      .filter((field) => field.cascadeDelete && field.referenceTo.includes(parent.name))
      .map((field) => ({ child, link: quoteName(field.name) })),
  );
}

/** Takes records out of the bin, and the dependants that fell in with them at the same moment. */
export async function restoreRecords(batch: Batch, object: SObject, ids: string[], at: string): Promise<number> {
  const { write } = batch;
  const table = tableOf(object.name);
  const found =
    await write.rows(`/* change.bin */ select "Id", strftime("SystemModstamp", '%Y-%m-%dT%H:%M:%S.%gZ') as at
    from ${table} where "Id" in (${listOf(ids)}) and "IsDeleted"`);
  if (found.length < new Set(ids).size) throw missing(ids.join(', '));
  const stamp = stampOf(at);
  const master = object.fields.some(({ name }) => name === 'MasterRecordId') ? ', "MasterRecordId" = null' : '';
  const restored =
    await write.run(`/* change.undelete */ update ${table} set "IsDeleted" = false, "LastModifiedDate" = ${stamp},
    "SystemModstamp" = ${stamp}${master} where "Id" in (${listOf(ids)}) and "IsDeleted"`);
  const parents = found.map(({ Id, at: fellAt }) => `(${quoteText(String(Id))}, ${stampOf(String(fellAt))})`);
  for (const { child, link } of dependants(batch, object)) {
    const rows = await write.rows(`/* change.fallen */ select c."Id" from ${tableOf(child.name)} c
      join (values ${parents.join(', ')}) v(id, fell) on c.${link} = v.id and c."SystemModstamp" = v.fell where c."IsDeleted"`);
    const childIds = rows.map((row) => String(row.Id));
    if (childIds.length === 0) continue;
    const count = await restoreRecords(batch, child, childIds, at);
    batch.counts.undeleted += count;
  }
  return restored;
}

/** Takes records away for good; the delete log keeps when. */
export async function purgeRecords({ write }: Batch, object: SObject, ids: string[], at: string): Promise<number> {
  const table = tableOf(object.name);
  await write.run(`/* change.log_purge */ insert into log.purged select ${quoteText(object.name)}, "Id",
    case when "IsDeleted" then "SystemModstamp" else ${stampOf(at)} end from ${table} where "Id" in (${listOf(ids)})`);
  const purged = await write.run(`/* change.purge */ delete from ${table} where "Id" in (${listOf(ids)})`);
  if (purged < new Set(ids).size) throw missing(ids.join(', '));
  return purged;
}
