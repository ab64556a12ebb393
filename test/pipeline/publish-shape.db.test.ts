/** A new version's marts reach readers without tearing down what others built on the old ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import type { Mart } from '../../src/marts/read.ts';
import { shape } from '../../src/pipeline/publish/shape.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

const mart = (name: string, select: string, columns: string[], key: string[] = ['id']): Mart => ({
  file: 'test',
  schema: 'unified',
  name,
  grain: 'one thing',
  key,
  columns: columns.map((column) => ({ name: column, description: `The ${column}` })),
  select,
  indexes: [],
  touched: [],
  beside: [],
  rows: [],
});
const thing = mart('dim_thing', `select 1 as id, 'a'::text as label`, ['id', 'label']);
const view = mart('thing_label', 'select label from unified.dim_thing', ['label'], []);
const to = (marts: Mart[]) => db.transaction((tx) => shape(tx, marts));
const oid = async (name: string) =>
  (await db.query<{ oid: number | null }>(sql`select to_regclass(${name})::oid::int as oid`))[0]!.oid;

beforeEach(async () => {
  await db.query(raw('drop view if exists public.mine; drop schema unified cascade; create schema unified'));
  await to([thing, view]);
});

it('widens a table and a view in place, so that a view of the reader’s stays', async () => {
  await db.query(raw('create view public.mine as select label from unified.dim_thing'));
  await db.query(raw(`insert into unified.dim_thing values (7, 'kept')`));
  const before = await oid('unified.dim_thing');
  await to([
    mart('dim_thing', `select 1 as id, 'a'::text as label, true as is_new`, ['id', 'label', 'is_new']),
    mart('thing_label', 'select label, is_new from unified.dim_thing', ['label', 'is_new'], []),
  ]);
  expect(await oid('unified.dim_thing')).toBe(before);
  expect(await db.query(raw('select * from public.mine'))).toEqual([{ label: 'kept' }]);
  expect(await db.query(raw('select * from unified.thing_label'))).toEqual([{ label: 'kept', is_new: null }]);
});

it.each([
  ['another type', [mart('dim_thing', `select 'x'::text as id, 'a'::text as label`, ['id', 'label']), view]],
  ['another key', [mart('dim_thing', thing.select, ['id', 'label'], ['id', 'label']), view]],
  ['a column gone', [mart('dim_thing', 'select 1 as id', ['id'])]],
  ['a view that reads less', [thing, mart('thing_label', 'select id from unified.dim_thing', ['id'], [])]],
  ['a mart gone', [thing]],
])('replaces what cannot be widened: %s', async (_, marts) => {
  await to(marts);
  for (const { name, select, key } of marts) {
    const wanted = await db.query(raw(`select * from (${select}) s limit 0`));
    expect(await db.query(raw(`select * from unified.${name}`)), `${name} ${key.join()}`).toEqual(wanted);
  }
  expect((await oid('unified.thing_label')) === null).toBe(!marts.some(({ name }) => name === 'thing_label'));
});

it('refuses to tear a table from under a view that is not ours, and leaves all as it was', async () => {
  await db.query(raw('create view public.mine as select label from unified.dim_thing'));
  const before = await oid('unified.thing_label');
  const refusal = to([mart('dim_thing', 'select 1 as id', ['id'])]);
  await expect(refusal).rejects.toMatchObject({ code: 'published-shape-held' });
  await expect(refusal).rejects.toThrow(/unified\.dim_thing .*view mine depends on/);
  expect(await oid('unified.thing_label')).toBe(before);
  expect(await db.query(raw('select * from public.mine'))).toEqual([]);
});

it('beside a long reader it waits without keeping other readers waiting', { timeout: 60_000 }, async () => {
  const [long, other] = [new pg.Client(db.url), new pg.Client(db.url)];
  await Promise.all([long.connect(), other.connect()]);
  await long.query('begin');
  await long.query('select * from unified.dim_thing');
  let isShaped = false;
  const wider = mart('dim_thing', `select 1 as id, 'a'::text as label, true as is_new`, ['id', 'label', 'is_new']);
  const shaped = to([wider, view]).then(() => (isShaped = true));
  const waits: number[] = [];
  for (const end = Date.now() + 6_000; Date.now() < end;) {
    const from = performance.now();
    await other.query('select * from unified.dim_thing');
    waits.push(performance.now() - from);
    await sleep(50);
  }
  expect(isShaped).toBe(false);
  expect(Math.max(...waits)).toBeLessThan(2_500);
  await long.query('rollback');
  await shaped;
  const { fields } = await other.query('select * from unified.dim_thing');
  expect(fields.map(({ name }) => name)).toEqual(['id', 'label', 'is_new']);
  // What comes after it in the transaction waits for its locks as before.
  expect(await db.query(raw('show lock_timeout'))).toEqual([{ lock_timeout: '0' }]);
  await Promise.all([long.end(), other.end()]);
});
