import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensurePlaces } from '../../src/quality/place.ts';
import type { Db, Transaction } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

it('places that a transaction took back with it are filled by the next that needs them', async () => {
  const count = async () => (await db.query<{ n: number }>(sql`select count(*)::int as n from quality.place`))[0]!.n;
  await db.query(sql`delete from quality.place`);
  const failing = (work: (tx: Transaction) => Promise<void>) =>
    db.transaction(async (tx) => {
      await work(tx);
      throw new Error('the fence was lost');
    });
  await expect(ensurePlaces(db, failing)).rejects.toThrow('the fence was lost');
  expect(await count()).toBe(0);
  await ensurePlaces(db, (work) => db.transaction(work));
  expect(await count()).toBeGreaterThan(500);
});
