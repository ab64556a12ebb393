/** Turns an org folder into a running org: every standard object, what the folder adds, and who is connected. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SObject } from '../objects/definition.ts';
import { standardObjects } from '../objects/standard.ts';
import { openDatabase } from './database.ts';
import { OrgFolderError } from './folder-error.ts';
import { relationshipOf } from './infer.ts';
import { createTable, loadCsv } from './load-csv.ts';
import { Org } from './org.ts';
import { addPersonAccounts, linkPersonAccounts } from './person-accounts.ts';
import { parseDescribe } from './recorded.ts';
import { quoteName, quoteText, tableOf } from './sql.ts';

/** Throws OrgFolderError with file, line and column where the folder is malformed. */
export async function loadOrg(folder: string, username: string, now: () => Date): Promise<Org> {
  const files = await listFolder(folder);
  const org = new Org(await openDatabase(), now);
  try {
    await loadObjects(org, folder, files, username);
    await linkPersonAccounts(org);
    await linkReferences(org);
    org.settleSchema();
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

async function loadObjects(org: Org, folder: string, files: string[], username: string): Promise<void> {
  const known = await knownObjects(folder, files);
  await addPersonAccounts(known, folder, files);
  const names = files
    .filter((file) => file.endsWith('.csv') && !file.startsWith('truth'))
    .map((file) => checkName(file, known));
  const load = async (name: string) => org.add(await loadCsv(org, join(folder, `${name}.csv`), known.get(name)));
  const create = async (object: SObject) => {
    await createTable(org, object);
    org.add(object);
  };
  // Who is connected comes first: records without a keeper are theirs.
  for (const name of ['User', 'Organization']) {
    const object = known.get(name);
    if (names.includes(name)) await load(name);
    else if (object) await create(object);
  }
  await addIdentity(org, username);
  await nameUsers(org, username);
  await loadRest(
    names.filter((name) => !org.findHidden(name)),
    load,
  );
  for (const object of known.values()) if (!org.findHidden(object.name)) await create(object);
}

// Most files are too small for the engine to split, so several are read side by side.
const filesAtOnce = 4;

/** Of several faulty files the first by name is told, whichever was found first. */
async function loadRest(names: string[], load: (name: string) => Promise<void>): Promise<void> {
  const faults = new Map<string, unknown>();
  const waiting = [...names];
  const loadNext = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        await load(name);
      } catch (error) {
        faults.set(name, error);
      }
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, loadNext));
  const first = names.find((name) => faults.has(name));
  if (first !== undefined) throw faults.get(first);
}

/** The standard objects, and what the folder's describe files say instead. */
async function knownObjects(folder: string, files: string[]): Promise<Map<string, SObject>> {
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
  return known;
}

function checkName(file: string, known: Map<string, SObject>): string {
  const name = basename(file, '.csv');
  if (!/^[A-Za-z]\w*$/.test(name)) {
    throw new OrgFolderError({ file }, 'The name is no sObject.', 'Name it after one, such as Account.csv.');
  }
  // Salesforce's names have one spelling; the engine would take two for one table.
  const spelt = [...known.keys()].find((key) => key !== name && key.toLowerCase() === name.toLowerCase());
  if (spelt !== undefined) throw new OrgFolderError({ file }, `The object is spelt ${spelt}.`, `Call it ${spelt}.csv.`);
  return name;
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

/** Salesforce has no user without a user name and a last name, and clients rely on both: what a folder leaves out is filled in. */
async function nameUsers(org: Org, username: string): Promise<void> {
  await org.db.run(`/* load.users */ update org."User" set
    "LastName" = coalesce("LastName", regexp_extract("Name", '[^ ]+$'), 'User'),
    "Username" = coalesce("Username", case when "Id" = ${quoteText(org.userId)} then ${quoteText(username)} when (select count(*) from org."User" o where lower(o."Email") = lower("User"."Email")) = 1
      then "Email" end, lower("Id") || '@example.com')
    where "Username" is null or "LastName" is null`);
}

/** The org's own record and the user whose sessions these are: the one of this name, else the folder's first, else one made up. */
async function addIdentity(org: Org, username: string): Promise<void> {
  const stamp = `timestamp '2020-01-01'`;
  const first = async (sobject: string) =>
    org.db.value(`/* load.first */ select "Id" from ${tableOf(sobject)} where not "IsDeleted" order by "Id" limit 1`);
  const named = await org.db.value(`/* load.connected */ select "Id" from org."User"
    where lower("Username") = lower(${quoteText(username)}) and not "IsDeleted" limit 1`);
  org.userId = String(named ?? (await first('User')) ?? '');
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
