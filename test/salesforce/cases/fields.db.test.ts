/** Edge cases 10, 19 to 23, 29 and 30: what a value is, and what becomes of fields that come, go and change. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CaseOrg, openCase } from './case-org.ts';
import { csv, describeOf, field, system } from './described.ts';

const everyType = [
  ...system,
  field('Name', 'string'),
  field('Zip__c', 'string'),
  field('Count__c', 'int'),
  field('Big__c', 'long'),
  field('Money__c', 'currency'),
  field('Share__c', 'percent'),
  field('Ratio__c', 'double'),
  field('Day__c', 'date'),
  field('At__c', 'datetime'),
  field('Clock__c', 'time'),
  field('Many__c', 'multipicklist'),
  field('Any__c', 'anyType'),
  field('Secret__c', 'encryptedstring'),
  field('Long__c', 'textarea'),
  field('Flag__c', 'boolean'),
  field('Owner__c', 'reference'),
  field('Score__c', 'double', { calculated: true }),
  field('CurrencyIsoCode', 'picklist'),
  field('Home__Street__s', 'textarea', { compoundFieldName: 'Home__c' }),
  field('Home__City__s', 'string', { compoundFieldName: 'Home__c' }),
  field('Home__Latitude__s', 'double', { compoundFieldName: 'Home__c' }),
  field('Home__c', 'address'),
];
// Longer than PostgreSQL's 63 bytes, and the same up to there.
const long = (end: string) => `A_Name_That_Goes_On_And_On_Until_Nobody_Can_Tell_It_From_Another_${end}__c`;
const wideNames = Array.from({ length: 320 }, (_, n) => `Wide_Field_With_A_Rather_Long_Name_Number_${n}__c`);

const stamps = {
  IsDeleted: 'false',
  CreatedDate: '2025-01-01T00:00:00.000Z',
  LastModifiedDate: '2025-01-01T00:00:00.000Z',
  SystemModstamp: '2025-01-01T00:00:00.000Z',
};
const every = {
  Id: 'a0Exx0000000001',
  ...stamps,
  Name: 'NA',
  Zip__c: '01234',
  Count__c: '7',
  Big__c: '16147805824397',
  Money__c: '16147805824397.25',
  Share__c: '12.5',
  Ratio__c: '0.1',
  Day__c: '2024-02-29',
  At__c: '2024-02-29T23:59:59.123Z',
  Clock__c: '10:30:00.000Z',
  Many__c: 'red;green;blue',
  Any__c: '123.0',
  Secret__c: '********9',
  Long__c: `Line one,\n"line two"\n${'x'.repeat(2_000)}`,
  Flag__c: 'true',
  Owner__c: '005xx0000000001',
  Score__c: '1',
  CurrencyIsoCode: 'JPY',
  Home__Street__s: '1 Main St',
  Home__City__s: 'Köln',
  Home__Latitude__s: '50.94',
};

let at: CaseOrg;
beforeAll(async () => {
  at = await openCase({
    'Every__c.csv': csv([
      every,
      {
        ...every,
        Id: 'a0Exx0000000002',
        Name: '',
        Money__c: '',
        Home__Street__s: '',
        Home__City__s: '',
        Home__Latitude__s: '',
      },
    ]),
    'describe/Every__c.json': describeOf('Every__c', everyType),
    'Wide__c.csv': csv([
      {
        Id: 'a0Wxx0000000001',
        ...stamps,
        [long('A')]: 'a',
        [long('B')]: 'b',
        ...Object.fromEntries(wideNames.map((name, n) => [name, `v${n}`])),
      },
    ]),
    'describe/Wide__c.json': describeOf('Wide__c', [
      ...system,
      field(long('A'), 'string'),
      field(long('B'), 'string'),
      ...wideNames.map((name) => field(name, 'string')),
    ]),
  });
});
afterAll(() => at.close());

const typed = {
  id: 'a0Exx0000000001EAA',
  name: 'NA',
  zip__c: '01234',
  count__c: 7,
  big__c: 16147805824397,
  money__c: 16147805824397.25,
  share__c: 12.5,
  ratio__c: 0.1,
  day__c: '2024-02-29',
  at__c: '2024-02-29T23:59:59.123+00:00',
  clock__c: '10:30:00',
  many__c: 'red;green;blue',
  any__c: '123.0',
  secret__c: '********9',
  long__c: every.Long__c,
  flag__c: true,
  owner__c: '005xx0000000001AAA',
  home__c: { street: '1 Main St', city: 'Köln', latitude: 50.94 },
};

it.each(['rest', 'bulk'] as const)(
  'case 19 values by %s: null for empty, no type ever inferred, E13 numbers, newlines and quotes',
  async (api) => {
    const source = api === 'bulk' ? at.byBulk() : at.source();
    expect(await at.sync('Every__c', { mode: 'full', source })).toMatchObject({
      readCount: 2,
      warnings: [],
      detail: { api },
    });
    expect(await at.one('Every__c', 'a0Exx0000000001')).toMatchObject(typed);
    expect(await at.one('Every__c', 'a0Exx0000000002')).toMatchObject({ name: null, money__c: null, zip__c: '01234' });
  },
);

it('case 20 types: each Salesforce type has its column, compounds are put together from their parts', async () => {
  await at.sync('Every__c');
  const types = await at.db.query<{ field: string; pg_type: string }>(
    sql`select field, pg_type from mirror.field where object = 'Every__c'`,
  );
  expect(Object.fromEntries(types.map((one) => [one.field, one.pg_type]))).toMatchObject({
    Id: 'text',
    Zip__c: 'text',
    Count__c: 'numeric',
    Big__c: 'numeric',
    Money__c: 'numeric',
    Share__c: 'numeric',
    Ratio__c: 'numeric',
    Day__c: 'date',
    At__c: 'timestamptz',
    Clock__c: 'time',
    Many__c: 'text',
    Any__c: 'text',
    Secret__c: 'text',
    Long__c: 'text',
    Flag__c: 'boolean',
    Owner__c: 'text',
    Home__c: 'jsonb',
  });
  expect((await at.one('Every__c', 'a0Exx0000000002')).home__c).toBeNull();
  const collations = await at.db.query(sql`select column_name from information_schema.columns
    where table_schema = 'mirror' and table_name = 'every__c' and collation_name = 'C' order by 1`);
  expect(collations.map((one) => one.column_name)).toEqual(['id', 'owner__c']);
});

it('case 20 poison: a bad date, a NUL, half a surrogate pair are quarantined by record and field, a megabyte of text is not', async () => {
  const source = at.source();
  const read = source.readPage;
  const id = 'a0Exx0000000001EAA';
  const huge = 'y'.repeat(1_048_576);
  // What no well-formed org can be told to hold is put into the bytes on their way.
  const poisoned = { ...source, metered: () => poisoned } as typeof source;
  poisoned.readPage = async (begun, locator, rows, signal) => {
    const page = await read(begun, locator, rows, signal);
    let text = '';
    for await (const chunk of page.csv) text += String(chunk);
    const bytes = Buffer.from(
      text
        .replaceAll('"2024-02-29"', '"the 31st"')
        .replace('"123.0"', '"a\u{FDD0}b"')
        .replace('Line one', huge)
        .replace('red;green', 'red\uFFFFgreen'),
    );
    const at = bytes.indexOf(Buffer.from('\uFFFF'));
    if (at >= 0) Buffer.from([0xed, 0xa0, 0x80]).copy(bytes, at);
    const { Readable } = await import('node:stream');
    return { ...page, csv: Readable.from([bytes]), hasMarks: () => true };
  };
  const runId = 'run_01a2120b-0000-7000-8000-000000000001';
  const done = await at.sync('Every__c', { mode: 'full', source: poisoned, runId });
  expect(done).toMatchObject({ readCount: 2, warnings: [expect.stringContaining('could not be read')] });
  const found = await at.db.query(
    sql`select record_id, field, reason from mirror.quarantine where run_id = ${runId} order by 1, 2`,
  );
  expect(found).toEqual([
    { record_id: id, field: 'Any__c', reason: expect.stringContaining('NUL') },
    { record_id: id, field: 'Day__c', reason: expect.stringContaining('date') },
    { record_id: id, field: 'Many__c', reason: expect.stringContaining('surrogate') },
    { record_id: 'a0Exx0000000002EAA', field: 'Day__c', reason: expect.stringContaining('date') },
  ]);
  const row = await at.one('Every__c', id);
  expect(row).toMatchObject({ day__c: '2024-02-29', any__c: 'ab', zip__c: '01234' });
  expect(String(row.long__c)).toContain(huge);
  expect(String(row.many__c)).toMatch(/^red\uFFFD+green;blue$/);
  await at.sync('Every__c', { mode: 'full' });
  expect(await at.one('Every__c', id)).toMatchObject(typed);
});

it('case 10 formulas: a field that moves without a stamp is refreshed on its own schedule, and the run names it', async () => {
  await at.sync('Every__c', { mode: 'full' });
  // The stamp stays where it was: as a formula over another object moves.
  await at.change({
    op: 'update',
    sobject: 'Every__c',
    id: 'a0Exx0000000001',
    fields: { Score__c: 42 },
    at: '2025-01-01T00:00:00Z',
  });
  expect(await at.sync('Every__c')).toMatchObject({
    changedCount: 0,
    detail: { passes: 'rows', formulaFields: 'Score__c' },
  });
  expect(await at.one('Every__c', 'a0Exx0000000001')).toMatchObject({ score__c: 1 });
  await at.db.query(
    sql`update mirror.object set formulas_read_at = now() - interval '25 hours' where object = 'Every__c'`,
  );
  expect(await at.sync('Every__c')).toMatchObject({ changedCount: 1, detail: { passes: 'rows, formulas' } });
  expect(await at.one('Every__c', 'a0Exx0000000001')).toMatchObject({ score__c: 42 });
  expect(
    await at.db.query(sql`select from mirror.field_history where object = 'Every__c' and field = 'Score__c'`),
  ).toEqual([]);
});

it('case 21 schema drift: a field that comes into sight is filled for old rows without reading the others again', async () => {
  await at.permit('Account', { hiddenFields: ['Tier__c'] });
  await at.sync('Account');
  expect(await at.one('Account', '001xx0000000001')).not.toHaveProperty('tier__c');
  await at.permit('Account', { hiddenFields: [] });
  const done = await at.sync('Account');
  expect(done).toMatchObject({ changedCount: 2, detail: { mode: 'incremental', passes: 'rows, columns' } });
  expect(done.warnings).toEqual([expect.stringContaining('Account.Tier__c is newly visible')]);
  expect((await at.one('Account', '001xx0000000001')).tier__c).toBe('Gold');
  expect(await at.sync('Account')).toMatchObject({ changedCount: 0, warnings: [], detail: { passes: 'rows' } });
});

it('case 21 INVALID_FIELD mid-run: the object is described once more and pulled without the field', async () => {
  await at.sync('Account');
  const source = at.source();
  let described = 0;
  const racing = { ...source, metered: () => racing } as typeof source;
  racing.describe = async (object, signal) => {
    const seen = await source.describe(object, signal);
    // Taken away right after the describe.
    if ((described += 1) === 1) await at.permit('Account', { hiddenFields: ['Tier__c'] });
    return seen;
  };
  const done = await at.sync('Account', { source: racing });
  expect(described).toBe(2);
  expect(done.warnings).toEqual([expect.stringContaining('Account.Tier__c is no longer visible')]);
  expect((await at.one('Account', '001xx0000000001')).tier__c).toBe('Gold');
  await at.permit('Account', { hiddenFields: [] });
  await at.sync('Account');
});

it('case 22 field-level security: a field taken from sight is marked and told, its values never turned into nulls', async () => {
  await at.sync('Account', { mode: 'full' });
  await at.permit('Account', { hiddenFields: ['Tier__c'] });
  await at.change({ op: 'update', sobject: 'Account', id: '001xx0000000001', fields: { Name: 'Acme again' } });
  const done = await at.sync('Account', { mode: 'full' });
  expect(done.warnings).toEqual([
    expect.stringMatching(/Account\.Tier__c is no longer visible.*grant Read on the field/),
  ]);
  expect(await at.one('Account', '001xx0000000001')).toMatchObject({ name: 'Acme again', tier__c: 'Gold' });
  expect(await at.db.query(sql`select state from mirror.field where object = 'Account' and field = 'Tier__c'`)).toEqual(
    [{ state: 'hidden' }],
  );
  expect((await at.sync('Account')).warnings).toEqual([]);
  await at.permit('Account', { hiddenFields: [] });
});

it('case 23 URI too long: the query goes to Bulk, and in parts put together by Id where Bulk refuses as well', async () => {
  const first = await at.sync('Wide__c');
  expect(first).toMatchObject({ changedCount: 1, detail: { api: 'bulk' } });
  const row = await at.one('Wide__c', 'a0Wxx0000000001');
  expect(row.wide_field_with_a_rather_long_name_number_319__c).toBe('v319');
  await at.fault({
    kind: 'status',
    status: 400,
    errorCode: 'INVALIDENTITY',
    message: "Entity 'Wide__c' is not supported by the Bulk API.",
    method: 'POST',
    path: '/jobs/query',
  });
  const parts = await at.sync('Wide__c', { mode: 'full' });
  expect(parts).toMatchObject({ readCount: 1, changedCount: 0, detail: { api: 'rest' } });
});

it('case 23 names beyond 63 bytes keep columns of their own', async () => {
  await at.sync('Wide__c');
  const columns = await at.db.query<{
    field: string;
    column_name: string;
  }>(sql`select field, column_name from mirror.field
    where object = 'Wide__c' and field like 'A_Name%' order by field`);
  expect(new Set(columns.map((one) => one.column_name)).size).toBe(2);
  const row = await at.one('Wide__c', 'a0Wxx0000000001');
  expect(columns.map((one) => row[one.column_name])).toEqual(['a', 'b']);
});

it.each([
  ['70130000001tcyI', '70130000001tcyIAAQ'],
  ['ABCDEFGHIJKLMNO', 'ABCDEFGHIJKLMNO555'],
  ['70130000001tcyIAAQ', '70130000001tcyIAAQ'],
])('case 29 ids: %s is %s, compared bytewise', async (id, whole) => {
  expect(await at.db.query(sql`select mirror.id18(${id}) as id`)).toEqual([{ id: whole }]);
});

it('case 30 currency: amounts stay in the currency of their record, whose code stands beside them', async () => {
  await at.sync('Every__c', { mode: 'full' });
  expect(await at.one('Every__c', 'a0Exx0000000001')).toMatchObject({
    money__c: 16147805824397.25,
    currency_iso_code: 'JPY',
  });
});
