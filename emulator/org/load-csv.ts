/** Turns one CSV of an org folder into typed rows of one sObject, refusing what Salesforce could not hold. */
import { basename } from 'node:path';
import { standardObject, type Field, type SObject } from '../objects/definition.ts';
import { findStructuralFault, lineOfRow, quotesPairUp, readHeader } from './csv-place.ts';
import { OrgFolderError } from './folder-error.ts';
import { inferFields } from './infer.ts';
import type { Org } from './org.ts';
import { findField } from './org.ts';
import { castFromText, columnType, quoteName, quoteText, storedFields, tableOf } from './sql.ts';

const stage = 'result.stage';

/** Loads `path` as the object of its name. `known` is the object's definition where one exists. Answers the whole definition. */
export async function loadCsv(org: Org, path: string, known: SObject | undefined): Promise<SObject> {
  const file = basename(path);
  const header = await checkHeader(path, file);
  await stageText(org, path, file, header);
  const object = await define(org, file, header, known);
  await checkValues(org, path, file, header, object);
  await createTable(org, object);
  await copyRows(org, header, object);
  await org.db.run(`/* load.drop_stage */ drop table ${stage}`);
  return object;
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

async function stageText(org: Org, path: string, file: string, header: string[]): Promise<void> {
  if (!(await quotesPairUp(path))) await findStructuralFault(path, file);
  const columns = header.map((name) => `${quoteText(name)}: 'varchar'`).join(', ');
  try {
    // One thread: rows must keep the file's order, or a fault is reported in the wrong line.
    await org.db.run(`/* load.stage */ create or replace table ${stage} as select * from read_csv(${quoteText(path)},
      header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', strict_mode = true,
      parallel = false, max_line_size = 33554432, columns = {${columns}})`);
  } catch (error) {
    await findStructuralFault(path, file);
    const reason = error instanceof Error ? error.message.split('\n')[0] : 'unreadable';
    throw new OrgFolderError({ file }, `The CSV does not load: ${reason}.`, 'Write it as RFC 4180 CSV in UTF-8.');
  }
}

async function define(org: Org, file: string, header: string[], known: SObject | undefined): Promise<SObject> {
  const name = basename(file, '.csv');
  const prefix = await org.db.value(`/* load.prefix */ select "Id"[1:3] from ${stage} limit 1`);
  const bare =
    known ??
    standardObject({
      name,
      labelPlural: `${name.replace(/__c$/, '').replaceAll('_', ' ')}s`,
      keyPrefix: String(prefix ?? 'a00'),
      fields: '',
    });
  const unknown = header.filter((column) => !findField(bare, column));
  const inferred = await inferFields(org.db, stage, unknown);
  return inferred.length === 0 ? bare : { ...bare, fields: [...bare.fields, ...inferred] };
}

async function checkValues(org: Org, path: string, file: string, header: string[], object: SObject): Promise<void> {
  const refuse = async (row: unknown, column: string, fault: string, advice: string) => {
    const line = await lineOfRow(path, Number(row));
    throw new OrgFolderError({ file, line, column: header.indexOf(column) + 1 }, `${column}: ${fault}`, advice);
  };
  const tests = header.map((name) => {
    const value = quoteName(name);
    const type = findField(object, name)?.type ?? 'string';
    const isKey = type === 'id' || type === 'reference';
    const bad = isKey
      ? `not regexp_full_match(${value}, '[A-Za-z0-9]{15}([A-Za-z0-9]{3})?')`
      : `${castFromText(value, type)} is null`;
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

async function copyRows(org: Org, header: string[], object: SObject): Promise<void> {
  const given = new Map(header.map((name) => [name.toLowerCase(), name]));
  const read = (name: string, type: Field['type']) => {
    const column = given.get(name.toLowerCase());
    return column === undefined ? 'null' : castFromText(quoteName(column), type);
  };
  const created = read('CreatedDate', 'datetime');
  const modified = read('LastModifiedDate', 'datetime');
  const stamped = read('SystemModstamp', 'datetime');
  // A folder may leave the system fields out; Salesforce never does.
  const values = new Map<string, string>([
    ['IsDeleted', `coalesce(${read('IsDeleted', 'boolean')}, false)`],
    ['CreatedDate', `coalesce(${created}, ${modified}, ${stamped}, timestamp '2020-01-01')`],
    ['LastModifiedDate', `coalesce(${modified}, ${stamped}, ${created}, timestamp '2020-01-01')`],
    ['SystemModstamp', `coalesce(${stamped}, ${modified}, ${created}, timestamp '2020-01-01')`],
  ]);
  for (const field of storedFields(object.fields)) {
    if (values.has(field.name)) continue;
    const value = read(field.name, field.type);
    values.set(field.name, field.type === 'boolean' && !field.nillable ? `coalesce(${value}, false)` : value);
  }
  const names = [...values.keys()].map(quoteName).join(', ');
  await org.db.run(`/* load.copy */ insert into ${tableOf(object.name)} (${names})
    select ${[...values.values()].join(', ')} from ${stage} order by rowid`);
}
