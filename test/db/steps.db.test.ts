/** Steps give the same whether they run as one statement or one by one. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Db, type Transaction } from '../../src/db/connect.ts';
import { tableExists } from '../../src/db/existing.ts';
import { identifier } from '../../src/db/identifier.ts';
import { runSteps, type Steps } from '../../src/db/steps.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
  await db.query(sql`create table public.item (id int primary key, price int, seen boolean not null default false)`);
});
afterAll(() => db.close());

const analyzed: number[] = [];
/** Items of 1 to 5 get ten times their number as price, dearer ones than `most` go, and those put are seen. */
const steps = (most: number): Steps => ({
  rows: {
    wanted: { of: sql`select id from generate_series(1, 5) id`, analyze: ['id'] },
    priced: { of: sql`select id, id * 10 as price from wanted` },
  },
  changes: {
    put: {
      of: sql`insert into public.item select id, price from priced on conflict (id) do update set price = excluded.price
        where item.price <> excluded.price returning id`,
      analyze: (count) => (analyzed.push(count), sql`public.item (id)`),
    },
    gone: {
      of: sql`delete from public.item i using priced p where i.id = 9 and p.price > ${most} returning i.id`,
      follow: sql`update public.item set seen = true from gone where item.id = 8`,
    },
  },
  answers: { before: sql`(select count(*)::int from public.item)`, most: sql`(select max(price) from priced)` },
});

it.each([true, false])('as one statement: %s', async (isFew) => {
  await db.query(sql`truncate public.item`);
  await db.query(sql`insert into public.item values (1, 7), (2, 20), (8, 0), (9, 0)`);
  const run = (most: number) => db.transaction((tx) => runSteps({ tx, isFew }, 'test', steps(most)));
  const rows = () => db.query(sql`select id, price, seen from public.item order by id`);
  expect(await run(50)).toEqual({ counts: { put: 4, gone: 0 }, answers: { before: 4, most: 50 } });
  expect(await run(10)).toEqual({ counts: { put: 0, gone: 1 }, answers: { before: 7, most: 50 } });
  expect(await rows()).toEqual([
    ...[1, 2, 3, 4, 5].map((id) => ({ id, price: id * 10, seen: false })),
    { id: 8, price: 0, seen: true },
  ]);
  expect(analyzed.splice(0)).toEqual(isFew ? [] : [4, 0]);
});

it('steps of many rows leave no table, so that they run again in the same transaction', async () => {
  const twice = (tx: Transaction) =>
    [1, 2].reduce(
      async (before) => (await before, runSteps({ tx, isFew: false }, 'test', steps(50))),
      Promise.resolve({}),
    );
  expect(await db.transaction(twice)).toMatchObject({ counts: { put: 0 } });
});

it('a table is asked for until it exists', async () => {
  const other = connect(db.url, { name: 'test', maxConnections: 1 });
  expect(await tableExists(other, 'public', 'Later')).toBe(false);
  await db.query(sql`create table ${identifier('public', 'Later')} (id int)`);
  expect(await tableExists(other, 'public', 'Later')).toBe(true);
  await other.close();
});
