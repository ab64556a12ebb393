/** Turns an org folder into a running org: every standard object, what the folder adds, and who is connected. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SObject } from '../objects/definition.ts';
import { standardObjects } from '../objects/standard.ts';
import { openDatabase } from './database.ts';
import { OrgFolderError } from './folder-error.ts';
import { relationshipOf } from './infer.ts';
import { createTable, loadCsv } from './load-csv.ts';
import { findField, Org } from './org.ts';
import { parseDescribe } from './recorded.ts';
import { quoteName, quoteText, tableOf } from './sql.ts';

/** Throws OrgFolderError with file, line and column where the folder is malformed. */
export async function loadOrg(folder: string, username: string, now: () => Date): Promise<Org> {
  const files = await listFolder(folder);
  const org = new Org(await openDatabase(), now);
  try {
    await loadObjects(org, folder, files);
    await linkReferences(org);
    await addIdentity(org, username);
    await completeRows(org);
    return org;
  } catch (error) {
    await org.db.close();
    throw error;
  }
}

async function listFolder(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) {
    throw new OrgFolderError({ file: folder }, 'There is no such folder.', 'Name a folder of one CSV per sObject.');
  }
  return (await readdir(folder)).sort();
}

async function loadObjects(org: Org, folder: string, files: string[]): Promise<void> {
  const known = new Map(standardObjects.map((object) => [object.name, object]));
  const describes = files.includes('describe') ? await readdir(join(folder, 'describe')) : [];
  for (const file of describes.filter((name) => name.endsWith('.json')).sort()) {
    const object = parseDescribe(await readFile(join(folder, 'describe', file), 'utf8'), `describe/${file}`);
    if (`${object.name}.json` !== file) {
      const fault = `It describes ${object.name}.`;
      throw new OrgFolderError({ file: `describe/${file}` }, fault, `Call it ${object.name}.json.`);
    }
    known.set(object.name, object);
  }
  for (const file of files) {
    if (!file.endsWith('.csv') || file.startsWith('truth')) continue;
    const name = basename(file, '.csv');
    if (!/^[A-Za-z]\w*$/.test(name)) {
      throw new OrgFolderError({ file }, 'The name is no sObject.', 'Name it after one, such as Account.csv.');
    }
    // Salesforce's names have one spelling; the engine would take two for one table.
    const spelt = [...known.keys()].find((key) => key !== name && key.toLowerCase() === name.toLowerCase());
    if (spelt !== undefined)
      throw new OrgFolderError({ file }, `The object is spelt ${spelt}.`, `Call it ${spelt}.csv.`);
    org.add(await loadCsv(org, join(folder, file), known.get(name)));
    known.delete(name);
  }
  for (const object of known.values()) {
    await createTable(org, object);
    org.add(object);
  }
}

/** Inferred references learn their parents from the key prefixes of their values. */
async function linkReferences(org: Org): Promise<void> {
  for (const object of org.everyObject) {
    for (const field of object.fields) {
      if (field.type !== 'reference' || field.referenceTo.length > 0) continue;
      const name = quoteName(field.name);
      const prefixes = await org.db.rows(`/* load.link */ select distinct ${name}[1:3] as prefix
        from ${tableOf(object.name)} where ${name} is not null order by prefix`);
      const parents = prefixes.flatMap(({ prefix }) => org.findByPrefix(String(prefix))?.name ?? []);
      if (parents.length === 0) {
        field.type = 'string';
        continue;
      }
      field.referenceTo = parents;
      field.relationshipName = relationshipOf(field.name);
    }
  }
}

/** The org's own record and the user whose sessions these are: the folder's, or one of each made up. */
async function addIdentity(org: Org, username: string): Promise<void> {
  const stamp = `timestamp '2020-01-01'`;
  const first = async (sobject: string) =>
    org.db.value(`/* load.first */ select "Id" from ${tableOf(sobject)} where not "IsDeleted" order by "Id" limit 1`);
  org.userId = String((await first('User')) ?? '');
  if (org.userId === '') {
    org.userId = org.mint.mint('005');
    await org.db.run(`/* load.user */ insert into org."User"
      ("Id", "Username", "LastName", "Name", "Email", "IsActive", "IsDeleted", "ForecastEnabled", "CreatedDate", "LastModifiedDate", "SystemModstamp")
      values (${quoteText(org.userId)}, ${quoteText(username)}, 'Integration', 'Integration', 'integration@example.com',
        true, false, false, ${stamp}, ${stamp}, ${stamp})`);
  }
  org.orgId = String((await first('Organization')) ?? '');
  if (org.orgId === '') {
    org.orgId = org.mint.mint('00D');
    await org.db.run(`/* load.organization */ insert into org."Organization"
      ("Id", "Name", "OrganizationType", "InstanceName", "IsSandbox", "IsReadOnly", "IsDeleted", "DefaultLocaleSidKey", "TimeZoneSidKey", "LanguageLocaleKey",
        "FiscalYearStartMonth", "CreatedDate", "LastModifiedDate", "SystemModstamp")
      values (${quoteText(org.orgId)}, 'Local org', 'Developer Edition', 'EMU1', false, false, false, 'en_US', 'GMT', 'en_US', 1, ${stamp}, ${stamp}, ${stamp})`);
  }
}

/** Fills what Salesforce always has and a folder may leave out: record keepers, and names put together or taken apart. */
async function completeRows(org: Org): Promise<void> {
  for (const object of org.everyObject) {
    const table = tableOf(object.name);
    for (const keeper of ['CreatedById', 'LastModifiedById', 'OwnerId']) {
      const field = findField(object, keeper);
      if (!field || field.nillable) continue;
      await org.db.run(
        `/* load.keeper */ update ${table} set "${keeper}" = ${quoteText(org.userId)} where "${keeper}" is null`,
      );
    }
    if (!hasPersonName(object)) continue;
    await org.db.run(`/* load.last_name */ update ${table} set "LastName" = regexp_extract("Name", '(\\S+)\\s*$', 1),
      "FirstName" = nullif(trim(regexp_replace("Name", '\\S+\\s*$', '')), '') where "LastName" is null and "FirstName" is null and "Name" is not null`);
    await org.db.run(`/* load.full_name */ update ${table} set "Name" = ${fullName} where "Name" is null`);
  }
}

export const fullName = `nullif(concat_ws(' ', "FirstName", "LastName"), '')`;

export function hasPersonName(object: SObject): boolean {
  return ['FirstName', 'LastName', 'Name'].every((name) => findField(object, name) !== undefined);
}
