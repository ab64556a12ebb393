import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stageContext } from '../../bench/stage-context.ts';
import type { Db } from '../../src/db/connect.ts';
import { defineObject } from '../../src/model/object.ts';
import type { RunMode } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { testDatabase } from '../database.ts';
import { MemorySource } from './pull-source.ts';

let db: Db;
beforeAll(async () => (db = await testDatabase()));
afterAll(() => db.close());

const id = (n: number) => `00Q00000000000${n}AAA`;
const robot = '005000000000009AAA';
const person = '005000000000001AAA';
let source: MemorySource;
let number = 0;
let object = defineObject({ name: 'Thing', description: 'A thing.', fields: {} });

beforeEach(() => {
  number += 1;
  object = defineObject({ name: `Thing${number}`, description: 'A thing.', required: true, fields: {} });
  source = new MemorySource({
    Id: 'id',
    Name: 'string',
    Amount: 'currency',
    CloseDate: 'date',
    IsDeleted: 'boolean',
    MasterRecordId: 'reference',
    LastModifiedById: 'reference',
    LastModifiedDate: 'datetime',
    SystemModstamp: 'datetime',
  });
  for (const n of [1, 2, 3, 4, 5]) source.put(row(n));
});

function row(n: number, more: Record<string, string> = {}, day = '2026-02-01') {
  const at = `${day}T10:00:00.000Z`;
  return {
    Id: id(n),
    Name: `Name ${n}`,
    Amount: '1.5E3',
    CloseDate: '2026-05-01',
    IsDeleted: 'false',
    MasterRecordId: '',
    LastModifiedById: person,
    LastModifiedDate: at,
    SystemModstamp: at,
    ...more,
  };
}

const context = (mode: RunMode = 'auto') =>
  stageContext({
    db,
    run: { mode },
    definitions: {
      objects: [object],
      entities: [],
      rules: [],
      metrics: [],
      alerts: {} as Context['definitions']['alerts'],
      matching: {} as Context['definitions']['matching'],
      history: { dailyDays: 120, weeklyDays: 406 },
      integrationUserIds: [robot],
      localFolder: null,
      files: {},
    },
    source,
  });
const sync = (mode?: RunMode) => pull(context(mode), object.name);
const mirror = async () => {
  const rows = await db.query(sql`select to_jsonb(t) as row from ${tableOf()} t order by id`);
  return rows.map((one) => one.row as Record<string, unknown>);
};
const tableOf = () => sql([`mirror.thing${number}`]);

it('mirrors every page typed, and a second run changes nothing', async () => {
  source.put(row(5, { Name: 'Two "lines"\nand, commas', Amount: '' }));
  const first = await sync();
  expect(first).toMatchObject({ readCount: 5, changedCount: 5, warnings: [], detail: { mode: 'full' } });
  const before = await mirror();
  expect(before).toHaveLength(5);
  expect(before[0]).toMatchObject({
    id: id(1),
    amount: 1500,
    close_date: '2026-05-01',
    is_deleted: false,
    master_record_id: null,
  });
  expect(before[4]).toMatchObject({ name: 'Two "lines"\nand, commas', amount: null });
  expect(await sync()).toMatchObject({ changedCount: 0, detail: { mode: 'incremental' } });
  expect(await sync('full')).toMatchObject({ readCount: 5, changedCount: 0, detail: { mode: 'full' } });
  expect(await mirror()).toEqual(before);
});

it('reads only what is at or after the watermark less five minutes, and never lets an older stamp win', async () => {
  await sync();
  source.put(row(1, { Name: 'New' }, '2026-03-02'));
  expect(await sync()).toMatchObject({ readCount: 1, changedCount: 1 });
  expect(source.exports.at(-1)!.from).toEqual(new Date('2026-02-28T23:55:00Z'));
  source.put(row(1, { Name: 'Old' }, '2026-01-01'));
  expect(await sync('full')).toMatchObject({ readCount: 5, changedCount: 0 });
  expect((await mirror())[0]).toMatchObject({ name: 'New' });
});

it('goes on at the page where a crash ended it', async () => {
  source.onPage = (_page, locator) => {
    if (locator === '2') throw new Error('the worker is killed here');
  };
  await expect(sync()).rejects.toThrow('killed');
  expect(await mirror()).toHaveLength(2);
  const asked: (string | null)[] = [];
  source.onPage = (_page, locator) => asked.push(locator);
  expect(await sync()).toMatchObject({ readCount: 5, changedCount: 5 });
  // Then the ids: what was landed before the crash may be gone from Salesforce by now.
  expect(asked).toEqual(['2', '4', null, '2', '4']);
  expect(source.exports).toHaveLength(2);
  expect(await mirror()).toHaveLength(5);
});

it('asks again for a torn page and keeps nothing of one that stays torn', async () => {
  let torn = 1;
  source.onPage = (page) => {
    if (torn-- > 0) page.csv = page.csv.slice(0, page.csv.lastIndexOf('"Name'));
  };
  expect(await sync()).toMatchObject({ changedCount: 5 });
  source.put(row(1, { Name: 'New' }, '2026-03-02'));
  source.onPage = (page) => (page.rowCount += 1);
  await expect(sync()).rejects.toMatchObject({ code: 'salesforce-answer-invalid' });
  expect((await mirror())[0]).toMatchObject({ name: 'Name 1' });
  const stages = await db.query(sql`select from pg_tables where schemaname = 'stage'`);
  expect(stages).toEqual([]);
});

it('begins anew after an export whose pages do not add up', async () => {
  const read = source.startExport;
  source.startExport = async (...given) => ({ ...(await read(...given)), rowCount: 6 });
  await expect(sync()).rejects.toMatchObject({ code: 'salesforce-answer-invalid' });
  // Begun anew three times before it was given up.
  expect(source.exports).toHaveLength(4);
  source.startExport = read;
  expect(await sync()).toMatchObject({ readCount: 5, detail: { mode: 'full' } });
  expect(await mirror()).toHaveLength(5);
});

it('refuses columns in another order than asked for', async () => {
  source.onPage = (page) => (page.csv = page.csv.replace('"Name","Amount"', '"Amount","Name"'));
  await expect(sync()).rejects.toMatchObject({ code: 'salesforce-answer-invalid' });
});

it('keeps the old value of a poison field, and says which', async () => {
  await sync();
  source.put(row(1, { Amount: 'a lot', Name: 'New' }, '2026-03-02'), row(2, { CloseDate: 'infinity' }, '2026-03-02'));
  expect(await sync()).toMatchObject({ changedCount: 2, warnings: [expect.stringContaining('2 ')] });
  expect((await mirror())[0]).toMatchObject({ amount: 1500, name: 'New' });
  const faults = await db.query(
    sql`select record_id, field from mirror.quarantine where object = ${object.name} order by 1`,
  );
  expect(faults).toEqual([
    { record_id: id(1), field: 'Amount' },
    { record_id: id(2), field: 'CloseDate' },
  ]);
});

it('marks deletes and merges, remembers the winner, and lets an undelete live again', async () => {
  await sync();
  source.put(
    row(1, { IsDeleted: 'true' }, '2026-03-02'),
    row(2, { IsDeleted: 'true', MasterRecordId: id(3) }, '2026-03-02'),
  );
  source.deleted = [{ id: id(4), deletedAt: new Date('2026-03-02T12:00:00Z') }];
  await sync();
  expect((await mirror()).map((one) => one._deleted_reason)).toEqual(['deleted', 'merged', null, 'deleted', null]);
  expect(await db.query(sql`select winner_id from mirror.alias where loser_id = ${id(2)}`)).toEqual([
    { winner_id: id(3) },
  ]);
  source.deleted = [];
  source.put(row(1, { IsDeleted: 'false' }, '2026-03-03'));
  await sync();
  expect((await mirror())[0]).toMatchObject({ _deleted_at: null, _deleted_reason: null });
});

it('finds hard deletes by comparing all ids when the log of deletions is too short', async () => {
  await sync();
  source.rows.delete(id(2));
  source.deleted = null;
  expect(await sync()).toMatchObject({
    changedCount: 1,
    detail: { mode: 'incremental', passes: 'rows, ids', removedCount: 1 },
  });
  expect(source.exports.at(-1)!.fields).toEqual(['Id', 'SystemModstamp']);
  expect((await mirror())[1]).toMatchObject({ _deleted_reason: 'absent' });
});

it('does not believe that most records vanished, unless a full sync is asked for', async () => {
  source.pageRows = 1000;
  for (let n = 100; n < 300; n += 1) source.put({ ...row(1), Id: `00Q000000000${n}AAA` });
  await sync();
  source.rows = new Map([...source.rows].slice(0, 5));
  source.deleted = null;
  await expect(sync()).rejects.toMatchObject({ code: 'rows-implausible' });
  expect((await mirror()).every((one) => one._deleted_at === null)).toBe(true);
  const lost = source.rows;
  source.put(...Array.from({ length: 195 }, (_, n) => ({ ...row(1), Id: `00Q000000000${n + 100}AAA` })));
  expect(await sync('full')).toMatchObject({ detail: { removedCount: 5 } });
  source.rows = new Map([...lost].slice(0, 5));
  expect(await sync('full')).toMatchObject({ detail: { removedCount: 195 } });
});

it('fills a new field by itself and never nulls one that was hidden', async () => {
  await sync();
  source.fields.push({ name: 'Segment__c', type: 'picklist', isCalculated: false, partOf: null });
  source.put(row(1, { Segment__c: 'A' }));
  expect(await sync()).toMatchObject({ changedCount: 1, detail: { mode: 'incremental', passes: 'rows, columns' } });
  expect(source.exports.at(-1)!.fields).toEqual(['Id', 'Segment__c']);
  source.fields = source.fields.filter((field) => field.name !== 'Amount');
  source.put(row(1, { Amount: '7' }, '2026-03-02'));
  expect(await sync()).toMatchObject({
    detail: { mode: 'incremental' },
    warnings: [expect.stringContaining('Amount')],
  });
  expect((await mirror())[0]).toMatchObject({ segment__c: 'A', amount: 1500 });
  expect(await db.query(sql`select from mirror.field_history where object = ${object.name}`)).toEqual([]);
});

it('dates a changed value and counts only people as confirming it', async () => {
  await sync();
  source.put(
    row(1, { Name: 'By hand' }, '2026-03-02'),
    row(2, { Name: 'By robot', LastModifiedById: robot }, '2026-03-02'),
  );
  await sync();
  const at = new Date('2026-03-02T10:00:00Z');
  const history = await db.query(sql`select record_id, field, value_since, last_confirmed_at, confirmed_by
    from mirror.field_history where object = ${object.name} order by 1`);
  expect(history).toEqual([
    { record_id: id(1), field: 'Name', value_since: at, last_confirmed_at: at, confirmed_by: person },
    { record_id: id(2), field: 'Name', value_since: at, last_confirmed_at: null, confirmed_by: null },
  ]);
});

it('keeps who confirmed a value when a program overwrites it, and what a record was when first seen', async () => {
  await sync();
  source.put(row(1, { Name: 'By hand' }, '2026-03-02'));
  await sync();
  source.put(row(1, { Name: 'By robot', LastModifiedById: robot }, '2026-03-05'), row(2, {}, '2026-03-05'));
  await sync();
  const history = await db.query(sql`select record_id, value_since, last_confirmed_at, confirmed_by
    from mirror.field_history where object = ${object.name}`);
  const [by, at] = [new Date('2026-03-02T10:00:00Z'), new Date('2026-03-05T10:00:00Z')];
  expect(history).toEqual([{ record_id: id(1), value_since: at, last_confirmed_at: by, confirmed_by: person }]);
  const first = await db.query(sql`select record_id, modified_at from mirror.first_seen where object = ${object.name}
    order by 1`);
  const modified_at = new Date('2026-02-01T10:00:00Z');
  expect(first).toEqual([1, 2].map((n) => ({ record_id: id(n), modified_at })));
});

it('bounds a field that comes into sight by the last modification before, not by what the record was long ago', async () => {
  await sync();
  source.put(row(1, { Name: 'Other' }, '2026-03-02'));
  await sync();
  source.fields.push({ name: 'Segment__c', type: 'picklist', isCalculated: false, partOf: null });
  source.put(row(1, { Name: 'Other', Segment__c: 'A' }, '2026-03-02'), row(2, { Segment__c: 'A' }));
  await sync();
  const history =
    await db.query(sql`select record_id, value_since, value_since_is_bound as is_bound from mirror.field_history
    where object = ${object.name} and field = 'Segment__c'`);
  expect(history).toEqual([{ record_id: id(1), value_since: new Date('2026-03-02T10:00:00Z'), is_bound: true }]);
});

it('stops at a required object it may not see, and passes over another with a warning', async () => {
  source.isVisible = false;
  await expect(sync()).rejects.toMatchObject({ code: 'salesforce-no-permission' });
  object = { ...object, required: false };
  expect(await sync()).toMatchObject({ readCount: 0, warnings: [expect.stringContaining('left out')] });
});
