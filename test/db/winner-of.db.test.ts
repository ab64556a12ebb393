/** What one record was merged into, and its golden key, asked one by one and all at once. */
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

const merges = fc.uniqueArray(fc.tuple(fc.nat(7), fc.nat(7)), { selector: ([loser]) => loser, maxLength: 8 });

it('any merges, in rings too, have the same ends and keys one by one as all at once', async () => {
  await db.query(raw(`insert into control.connection (id, name) values ('one', 'one') on conflict do nothing`));
  await db.query(
    raw(`insert into golden.identity (golden_id, entity, minted_run_id, minted_at)
    select 'com_' || n, 'company', 'run_1', now() from generate_series(0, 7) n`),
  );
  await fc.assert(
    fc.asyncProperty(merges, fc.uniqueArray(fc.nat(7)), async (chains, living) => {
      await db.query(raw('truncate mirror.alias; delete from golden.crosswalk'));
      for (const [loser, winner] of chains)
        await db.query(sql`insert into mirror.alias values ('one', ${`R${loser}`}, ${`R${winner}`})`);
      for (const at of living)
        await db.query(
          sql`insert into golden.crosswalk values ('company', 'one', ${`R${at}`}, 'Account', ${`com_${at}`}, 'run_1')`,
        );
      const differing = await db.query(sql`select r.id, m.winner_id, golden.winner_of('one', r.id) as one, k.golden_id,
          golden.key_of('company', 'one', r.id) as key
        from (select 'R' || n as id from generate_series(0, 7) n) r
        left join golden.merged_into m on m.connection_id = 'one' and m.loser_id = r.id
        left join golden.record_key k on k.entity = 'company' and k.connection_id = 'one' and k.id = r.id
        where m.winner_id is distinct from golden.winner_of('one', r.id) or k.golden_id is distinct from golden.key_of('company', 'one', r.id)`);
      expect(differing).toEqual([]);
    }),
  );
});
