/** Records wider than a page of PostgreSQL: the sync ends, most values are there, and what stays out is told by record and field. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CaseOrg, openCase } from './case-org.ts';
import { csv, describeOf, field, system } from './described.ts';

const stamp = '2025-01-01T00:00:00.000Z';
const stamps = { IsDeleted: 'false', CreatedDate: stamp, LastModifiedDate: stamp, SystemModstamp: stamp };
const names = (count: number, stem: string) => Array.from({ length: count }, (_, n) => `${stem}_${n}__c`);
const each = (fields: string[], value: (n: number) => string) =>
  Object.fromEntries(fields.map((name, n) => [name, value(n)]));

const files = (object: string, fields: object[], rows: Record<string, string>[]) => ({
  [`${object}.csv`]: csv(rows),
  [`describe/${object}.json`]: describeOf(object, [...system, ...fields]),
});

const texts = names(480, 'Text');
const forty = (n: number) => `${String(n).padStart(4, '0')}${'abcdefghijklmnopqrstuvwxyz0123456789'}`;
const mixed = {
  text: names(300, 'T'),
  number: names(200, 'N'),
  day: names(100, 'D'),
  time: names(100, 'M'),
  flag: names(100, 'F'),
};
const long = 'x'.repeat(130_000);

let at: CaseOrg;
beforeAll(async () => {
  const full = { Id: 'a0Fxx0000000001', ...stamps, ...each(texts, forty) };
  at = await openCase({
    ...files(
      'Full__c',
      texts.map((name) => field(name, 'string')),
      [full, { Id: 'a0Fxx0000000002', ...stamps, ...each(texts, () => ''), Text_0__c: 'one', Text_479__c: 'last' }],
    ),
    ...files(
      'Late__c',
      texts.map((name) => field(name, 'string')),
      [{ ...full, Id: 'a0Lxx0000000001' }],
    ),
    ...files(
      'Mixed__c',
      [
        field('Long__c', 'textarea'),
        ...mixed.text.map((name) => field(name, 'string')),
        ...mixed.number.map((name) => field(name, 'double')),
        ...mixed.day.map((name) => field(name, 'date')),
        ...mixed.time.map((name) => field(name, 'datetime')),
        ...mixed.flag.map((name) => field(name, 'boolean')),
      ],
      [
        {
          Id: 'a0Mxx0000000001',
          ...stamps,
          Long__c: long,
          ...each(mixed.text, () => 'ä'.repeat(255)),
          ...each(mixed.number, (n) => `${n}.25`),
          ...each(mixed.day, () => '2024-02-29'),
          ...each(mixed.time, () => '2024-02-29T10:00:00.000Z'),
          ...each(mixed.flag, () => 'true'),
        },
      ],
    ),
  });
});
afterAll(() => at.close());

const leftOut = (object: string) =>
  at.db.query<{ record_id: string; field: string; reason: string }>(
    sql`select distinct record_id, field, reason from mirror.quarantine where object = ${object}`,
  );
const held = (row: Record<string, unknown>, fields: string[]) =>
  fields.filter((name) => row[name.toLowerCase()] !== null).length;

it('480 filled fields of 40 letters: what definitions read stays, the rest as far as the row goes, the others are told', async () => {
  const objects = { fields: { last: { from: 'Text_479__c', type: 'text' as const, description: 'Used.' } } };
  const done = await at.sync('Full__c', { objects });
  const gone = await leftOut('Full__c');
  expect(done.warnings).toEqual([
    `1 Full__c record(s) have more filled fields than one row of PostgreSQL holds: ${gone.length} value(s) of fields ` +
      'that matter least are not mirrored; see mirror.quarantine. Fields that a connection excludes leave room for others.',
  ]);
  const row = await at.one('Full__c', 'a0Fxx0000000001');
  expect(row.text_479__c).toBe(forty(479));
  expect(row.text_0__c).toBe(forty(0));
  expect(held(row, texts) + gone.length).toBe(480);
  // Pointers of 18 bytes: 8 KB hold some 430.
  expect(held(row, texts)).toBeGreaterThan(400);
  expect(new Set(gone.map(({ record_id }) => record_id))).toEqual(new Set(['a0Fxx0000000001EAA']));
  expect(gone.every(({ field: name }) => row[name.toLowerCase()] === null)).toBe(true);
  // A record that fits loses nothing.
  expect(await at.one('Full__c', 'a0Fxx0000000002')).toMatchObject({ text_0__c: 'one', text_479__c: 'last' });
  expect(await at.sync('Full__c', { objects })).toMatchObject({ changedCount: 0 });
  expect(await at.sync('Full__c', { mode: 'full', objects })).toMatchObject({ changedCount: 0 });
});

it('800 fields of every type with 255 and 130,000 characters: long values take no room, nothing is cut', async () => {
  const done = await at.sync('Mixed__c');
  expect(done.readCount).toBe(1);
  const row = await at.one('Mixed__c', 'a0Mxx0000000001');
  expect(row.long__c).toBe(long);
  expect(row.t_0__c).toBe('ä'.repeat(255));
  expect(row.n_0__c).toBe(0.25);
  const fields = Object.values(mixed).flat();
  const gone = await leftOut('Mixed__c');
  expect(held(row, fields) + gone.length).toBe(800);
  expect(held(row, fields)).toBeGreaterThan(450);
});

it('fields that come into sight later: those of a record that is full already are told, not a failed sync', async () => {
  await at.permit('Late__c', { hiddenFields: texts.slice(400) });
  expect((await at.sync('Late__c')).warnings).toEqual([]);
  await at.permit('Late__c', { hiddenFields: [] });
  const done = await at.sync('Late__c');
  expect(done.detail).toMatchObject({ passes: 'rows, columns' });
  expect(done.warnings).toContainEqual(expect.stringContaining('80 value(s) of fields that matter least'));
  const row = await at.one('Late__c', 'a0Lxx0000000001');
  expect(held(row, texts)).toBe(400);
  expect(await leftOut('Late__c')).toHaveLength(80);
});
