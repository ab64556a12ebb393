/** Turns one CSV of an org folder into typed rows of one sObject, refusing what Salesforce could not hold. */
import { basename } from 'node:path';
import { standardObject, type Field, type SObject } from '../objects/definition.ts';
import { findStructuralFault, lineOfRow, quotesPairUp, readHeader } from './csv-place.ts';
import { OrgFolderError } from './folder-error.ts';
import { inferFields } from './infer.ts';
import { findField, type Org } from './org.ts';
import { hasPersonName } from './person-name.ts';
import { castFromText, columnType, looksLikeId, quoteName, quoteText, storedFields, tableOf } from './sql.ts';

/** Where a faulty file is looked into. */
const stageOf = (file: string) => `result.${quoteName(`stage of ${file}`)}`;

/** Loads `path` as the object of its name. `known` is the object's definition where one exists. Answers the whole definition. */
export async function loadCsv(org: Org, path: string, known: SObject | undefined): Promise<SObject> {
  const file = basename(path);
  const header = await checkHeader(path, file);
  const pairsUp = quotesPairUp(path);
  try {
    const object = await define(org, path, header, known);
    await createTable(org, object);
    await copyRows(org, path, header, object);
    if (!(await pairsUp) || (await hasTwins(org, object))) throw new FaultInFile(object);
    return object;
  } catch (error) {
    await pairsUp;
    // The fast way only says that something is wrong; the slow one finds the line.
    const { object } = error instanceof FaultInFile ? error : { object: known };
    await findFault(org, path, file, header, object);
    throw error;
  }
}

/** The file holds what Salesforce could not; where, the slow way tells. */
class FaultInFile extends Error {
  readonly object: SObject;

  constructor(object: SObject, cause?: unknown) {
    super(`${object.name} does not load`, { cause });
    this.object = object;
  }
}

/** The file as rows of text, in its order. */
function textRows(path: string, header: string[], parallel = true): string {
  const columns = header.map((name) => `${quoteText(name)}: 'varchar'`).join(', ');
  return `read_csv(${quoteText(path)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
    strict_mode = true, parallel = ${parallel}, max_line_size = 33554432, columns = {${columns}})`;
}

async function checkHeader(path: string, file: string): Promise<string[]> {
  const header = await readHeader(path, file);
  const seen = new Set<string>();
  for (const [i, name] of header.entries()) {
    const place = { file, line: 1, column: i + 1 };
    if (!/^[A-Za-z]\w*$/.test(name)) {
      throw new OrgFolderError(
        place,
        `"${name}" is not a field's API name.`,
        'Head each column with one, such as AccountId.',
      );
    }
    if (seen.has(name.toLowerCase())) {
      throw new OrgFolderError(place, `The column ${name} stands twice.`, 'Keep one of the two.');
    }
    seen.add(name.toLowerCase());
  }
  if (!header.includes('Id')) {
    throw new OrgFolderError(
      { file, line: 1 },
      'There is no Id column.',
      "Add a column Id with each record's 15 or 18 character id; a file that is no sObject may be called truth*.csv.",
    );
  }
  return header;
}

/** Throws OrgFolderError for the first fault in the file; returns where it finds none. */
async function findFault(
  org: Org,
  path: string,
  file: string,
  header: string[],
  object: SObject | undefined,
): Promise<void> {
  await findStructuralFault(path, file);
  const stage = stageOf(file);
  try {
    await org.db.run(
      `/* load.stage */ create or replace table ${stage} as select * from ${textRows(path, header, false)}`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : 'unreadable';
    throw new OrgFolderError({ file }, `The CSV does not load: ${reason}.`, 'Write it as RFC 4180 CSV in UTF-8.');
  }
  if (object) await checkValues(org, path, file, header, object);
}

async function define(org: Org, path: string, header: string[], known: SObject | undefined): Promise<SObject> {
  const name = basename(path, '.csv');
  const rows = textRows(path, header);
  const bare =
    known ??
    standardObject({
      name,
      labelPlural: `${name.replace(/__c$/, '').replaceAll('_', ' ')}s`,
      keyPrefix: String((await org.db.value(`/* load.prefix */ select "Id"[1:3] from ${rows} limit 1`)) ?? 'a00'),
      fields: '',
    });
  const unknown = header.filter((column) => !findField(bare, column));
  const inferred = await inferFields(org.db, rows, unknown);
  return inferred.length === 0 ? bare : { ...bare, fields: [...bare.fields, ...inferred] };
}

async function hasTwins(org: Org, object: SObject): Promise<boolean> {
  const table = tableOf(object.name);
  return (await org.db.value(`/* load.twins */ select count(*) > count(distinct "Id") from ${table}`)) === true;
}

async function checkValues(org: Org, path: string, file: string, header: string[], object: SObject): Promise<void> {
  const refuse = async (row: unknown, column: string, fault: string, advice: string) => {
    const line = await lineOfRow(path, Number(row));
    throw new OrgFolderError({ file, line, column: header.indexOf(column) + 1 }, `${column}: ${fault}`, advice);
  };
  const stage = stageOf(file);
  const tests = header.map((name) => {
    const value = quoteName(name);
    const type = findField(object, name)?.type ?? 'string';
    const isKey = type === 'id' || type === 'reference';
    const bad = isKey ? `not ${looksLikeId(value)}` : `${castFromText(value, type)} is null`;
    const missing = name === 'Id' ? `${value} is null or ` : `${value} is not null and `;
    return `min(rowid) filter (where ${missing}(${bad})) as ${value}`;
  });
  const [firstBad = {}] = await org.db.rows(`/* load.check */ select ${tests.join(', ')} from ${stage}`);
  const faults = header.filter((name) => firstBad[name] !== null && firstBad[name] !== undefined);
  const first = faults.sort((a, b) => Number(firstBad[a]) - Number(firstBad[b]))[0];
  if (first !== undefined) {
    const row = firstBad[first];
    const value = await org.db.value(
      `/* load.bad_value */ select ${quoteName(first)} from ${stage} where rowid = ${Number(row)}`,
    );
    const type = findField(object, first)?.type ?? 'string';
    await refuse(
      row,
      first,
      `"${String(value ?? '')}" is not ${valueNames[type] ?? `a ${type}`}.`,
      advices[type] ?? 'Mend the value.',
    );
  }
  const twice = await org.db.value(`/* load.duplicate_id */ select min(rowid) from (
    select rowid, row_number() over (partition by id18("Id") order by rowid) as nth from ${stage}) where nth = 2`);
  if (twice !== null && twice !== undefined) {
    await refuse(twice, 'Id', 'an earlier row has the same Id.', 'Keep one row for each Id.');
  }
}

const valueNames: Partial<Record<string, string>> = {
  id: 'an Id',
  reference: 'an Id',
  int: 'a whole number',
  long: 'a whole number',
  double: 'a number',
  currency: 'a number',
  percent: 'a number',
};

const advices: Partial<Record<string, string>> = {
  id: 'Write 15 or 18 letters and digits.',
  reference: 'Write 15 or 18 letters and digits, or leave it empty.',
  boolean: 'Write true or false.',
  date: 'Write it as 2026-01-31.',
  datetime: 'Write it as 2026-01-31T09:30:00.000Z.',
  int: 'Write digits without separators.',
  long: 'Write digits without separators.',
  double: 'Write digits with a point, without separators or currency.',
  currency: 'Write digits with a point, without separators or currency.',
  percent: 'Write digits with a point, without a percent sign.',
  time: 'Write it as 09:30:00.000Z.',
};

/** Who keeps a record, where the folder does not say: the connected user. */
const keepers = new Set(['CreatedById', 'LastModifiedById', 'OwnerId']);

/** Columns every table has, whether or not the object shows them: deletes and replication work on them. */
const internalColumns = {
  IsDeleted: 'boolean',
  CreatedDate: 'timestamp',
  LastModifiedDate: 'timestamp',
  SystemModstamp: 'timestamp',
};

export async function createTable(org: Org, object: SObject): Promise<void> {
  const columns = new Map<string, string>(Object.entries(internalColumns));
  for (const field of storedFields(object.fields)) columns.set(field.name, columnType(field.type) ?? 'varchar');
  const list = [...columns].map(([name, type]) => `${quoteName(name)} ${type}`).join(', ');
  await org.db.run(`/* load.create */ create table ${tableOf(object.name)} (${list})`);
}

/** Casts and keeps the rows in one pass; the engine stops at the first value that is not of its type. */
async function copyRows(org: Org, path: string, header: string[], object: SObject): Promise<void> {
  const values = rowValues(org, header, object);
  const names = [...values.keys()].map(quoteName).join(', ');
  try {
    await org.db.run(`/* load.copy */ insert into ${tableOf(object.name)} (${names})
      select ${[...values.values()].join(', ')} from ${textRows(path, header)}`);
  } catch (error) {
    throw new FaultInFile(object, error);
  }
}

/** What each column is filled with, by its name: the folder's value, or what Salesforce always has and a folder may leave out. */
function rowValues(org: Org, header: string[], object: SObject): Map<string, string> {
  const given = new Map(header.map((name) => [name.toLowerCase(), name]));
  const read = (name: string, type: Field['type']) => {
    const column = given.get(name.toLowerCase());
    return column === undefined ? 'null' : strictly(column, type);
  };
  const created = read('CreatedDate', 'datetime');
  const modified = read('LastModifiedDate', 'datetime');
  const stamped = read('SystemModstamp', 'datetime');
  const first = (...choices: string[]) => {
    const known = choices.filter((choice) => choice !== 'null');
    return known.length === 1 ? (known[0] ?? '') : `coalesce(${known.join(', ')})`;
  };
  const longAgo = `timestamp '2020-01-01'`;
  const values = new Map<string, string>([
    ['IsDeleted', first(read('IsDeleted', 'boolean'), 'false')],
    ['CreatedDate', first(created, modified, stamped, longAgo)],
    ['LastModifiedDate', first(modified, stamped, created, longAgo)],
    ['SystemModstamp', first(stamped, modified, created, longAgo)],
  ]);
  for (const field of storedFields(object.fields)) {
    if (values.has(field.name)) continue;
    const value = read(field.name, field.type);
    if (field.type === 'boolean' && !field.nillable) values.set(field.name, first(value, 'false'));
    else if (keepers.has(field.name) && !field.nillable) values.set(field.name, first(value, quoteText(org.userId)));
    else values.set(field.name, value);
  }
  if (hasPersonName(object)) completeNames(values);
  return values;
}

/** A person has one name in two parts and a whole one; a folder may give either. */
function completeNames(values: Map<string, string>): void {
  const [firstName = 'null', lastName = 'null', name = 'null'] = ['FirstName', 'LastName', 'Name'].map((part) =>
    values.get(part),
  );
  const nameless = `${lastName} is null and ${firstName} is null and ${name} is not null`;
  values.set('LastName', `case when ${nameless} then regexp_extract(${name}, '(\\S+)\\s*$', 1) else ${lastName} end`);
  const before = `nullif(trim(regexp_replace(${name}, '\\S+\\s*$', '')), '')`;
  values.set('FirstName', `case when ${nameless} then ${before} else ${firstName} end`);
  values.set('Name', `coalesce(${name}, nullif(concat_ws(' ', ${firstName}, ${lastName}), ''))`);
}

/** The typed value of a text column; the statement fails on text that is no such value. */
function strictly(column: string, type: Field['type']): string {
  const text = quoteName(column);
  const refuse = `error('not of its type')`;
  if (type === 'id' || type === 'reference') {
    const bad =
      column === 'Id'
        ? `${text} is null or not ${looksLikeId(text)}`
        : `${text} is not null and not ${looksLikeId(text)}`;
    return `case when ${bad} then ${refuse} else ${castFromText(text, type)} end`;
  }
  if (columnType(type) === 'varchar') return text;
  return `case when ${text} is not null then coalesce(${castFromText(text, type)}, ${refuse}) end`;
}
