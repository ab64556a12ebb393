/** Nothing that a reader of the published view may lock keeps the service waiting. */
import pg from 'pg';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Db, lockOf, locking } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { testDatabase } from '../database.ts';

let test: Db;
/** With a limit, so that a wait becomes a fault. */
let db: Db;
let reader: pg.Client;
beforeAll(async () => {
  test = await testDatabase();
  db = connect(test.url, { name: 'impatient', statementTimeout: 3_000 });
  reader = new pg.Client({ connectionString: test.url });
  await reader.connect();
  await reader.query('set role assay_reader');
});
afterAll(async () => {
  await reader.end();
  await db.close();
  await test.close();
});

const names = ['match.person', 'golden.person', 'golden', 'standard', 'review'];

it('advisory locks of any name or number leave stages and migrations alone', async () => {
  for (const name of names) await reader.query('select pg_advisory_lock(hashtext($1))', [name]);
  await reader.query('select pg_advisory_lock(7270001)');
  for (const name of names) expect(await db.transaction((tx) => locking(tx, name))).toBeDefined();
  expect(await migrate(db)).toEqual([]);
});

it('the locks there are instead are out of a reader’s reach', async () => {
  const denied = /permission denied/;
  await expect(reader.query(`select control.hold('match.person')`)).rejects.toThrow(denied);
  const lock = 'do $$ begin lock table public.schema_migration in access share mode; end $$';
  await expect(reader.query(lock)).rejects.toThrow(denied);
  await expect(reader.query('select from control.lock for key share')).rejects.toThrow(denied);
});

it('they hold: of many who count under one name nobody loses a step, also when it is new', async () => {
  await test.query(sql`create table public.counter as select 0 as n`);
  await Promise.all(
    Array.from({ length: 20 }, () =>
      test.transaction(async (tx) => {
        await tx.query(sql`select ${lockOf('counter')}`);
        const [row] = await tx.query<{ n: number }>(sql`select n from public.counter`);
        await tx.query(sql`update public.counter set n = ${row!.n + 1}`);
      }),
    ),
  );
  expect(await test.query(sql`select n from public.counter`)).toEqual([{ n: 20 }]);
});
