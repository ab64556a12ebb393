import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, preparing } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
  await db.query(sql`create table public.tally (id int primary key, n int not null)`);
  await db.query(sql`insert into public.tally values (1, 0), (2, 0)`);
});
afterAll(() => db.close());

describe('transaction', () => {
  it('keeps nothing of work that throws', async () => {
    const work = db.transaction(async (tx) => {
      await tx.query(sql`update public.tally set n = 99`);
      throw new Error('halfway');
    });
    await expect(work).rejects.toThrow('halfway');
    expect(await db.query(sql`select n from public.tally where n = 99`)).toEqual([]);
  });

  it('goes on with statements planned before a table got another shape', async () => {
    const read = () =>
      db.transaction(async (tx) => preparing(tx).query(sql`select * from public.tally where id = ${1}`));
    for (let time = 0; time < 3; time += 1) expect(await read()).toHaveLength(1);
    await db.query(sql`alter table public.tally add column note text`);
    expect((await read())[0]).toHaveProperty('note', null);
    await db.query(sql`alter table public.tally drop column note`);
    expect((await read())[0]).not.toHaveProperty('note');
  });

  it('plans statements about few once, and leaves the next transaction to the planner', async () => {
    await db.transaction(async (tx) => {
      const asked = preparing(tx);
      for (const id of [1, 2, 3]) await asked.query(sql`select n from public.tally where id = ${id}`);
      const [known] = await tx.query(sql`select max(generic_plans)::int as count from pg_prepared_statements`);
      expect(known).toEqual({ count: 3 });
    });
    const [mode] = await db.transaction((tx) => tx.query(sql`select current_setting('plan_cache_mode') as mode`));
    expect(mode).toEqual({ mode: 'auto' });
  });

  it('runs the loser of a deadlock again, so both effects are there', async () => {
    const cross = (first: number, second: number) =>
      db.transaction(async (tx) => {
        await tx.query(sql`update public.tally set n = n + 1 where id = ${first}`);
        await tx.query(sql`select pg_sleep(0.1)`);
        await tx.query(sql`update public.tally set n = n + 1 where id = ${second}`);
      });
    await Promise.all([cross(1, 2), cross(2, 1)]);
    expect(await db.query(sql`select n from public.tally order by id`)).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('survives a connection cut in its middle: the pool serves on', async () => {
    const work = db.transaction(async (tx) => {
      const [own] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await db.query(sql`select pg_terminate_backend(${own!.pid})`);
      await tx.query(sql`select 1`);
    });
    await expect(work).rejects.toThrow(/terminat|connection/i);
    expect(await db.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });
});

describe('copy', () => {
  it('takes bytes in and gives the same bytes out', async () => {
    const out = new PassThrough();
    const collected = text(out);
    await db.transaction(async (tx) => {
      await tx.query(sql`create temp table note (line text) on commit drop`);
      expect(await tx.copyIn('copy note from stdin (format csv)', Readable.from(['"a, b"\n', '"two\nlines"\n']))).toBe(
        2,
      );
      await tx.copyOut('copy note to stdout (format csv)', out);
    });
    expect(await collected).toBe('"a, b"\n"two\nlines"\n');
  });
});
