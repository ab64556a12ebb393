/** All keys read at once answer what the index answers, whatever the keys are. */
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { codeOf, hashOf, isRefinement, singleCode } from '../../src/matcher/block/keys.ts';
import type { Keyed } from '../../src/matcher/block/blocked.ts';
import { blockStore } from '../../src/pipeline/match/block-store.ts';
import { ScannedKeys } from '../../src/pipeline/match/scanned-keys.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
  await db.query(raw('create table match.tried_record (connection_id text, id text, keys bigint[])'));
});
afterAll(() => db.close());

const blocks = Array.from({ length: 9 }, (_, at) => codeOf(at % 4, hashOf(`block ${at}`)));
const refinements = Array.from({ length: 5 }, (_, at) => singleCode(4 + at, hashOf(`finer ${at}`), 4));
const codes = fc.subarray([...blocks, ...refinements]);

const sorted = (answers: string[][]) => answers.map((answer) => answer.toSorted());
/** One text for each refinement of each record: the index gives them one by one. */
const each = (keyed: Keyed[]) => keyed.flatMap(({ key, codes: own }) => own.map((code) => `${key} ${code}`));

it('names the members of blocks, and those that have a refinement too', async () => {
  expect([blocks.some(isRefinement), refinements.every(isRefinement)]).toEqual([false, true]);
  let answers = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(codes, { maxLength: 40 }), async (records) => {
      await db.query(sql`truncate match.tried_record`);
      const rows = records.map((keys, at) => ({ connection_id: 'Zürich', id: `C${at}`, keys }));
      await db.query(sql`insert into match.tried_record
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (connection_id text, id text, keys bigint[])`);
      const asked = blocks.slice(0, 6).map((code) => ({ code, most: 100 }));
      const finer = blocks.slice(3).map((code) => ({ code, refinements: refinements.slice(0, 3) }));
      const few = [{ code: blocks[2]!, most: 2 }];
      await db.transaction(async (tx) => {
        const [scanned, indexed] = [await ScannedKeys.read(tx, 'tried_record'), blockStore(tx, 'tried')];
        expect(sorted(await scanned.members(asked))).toEqual(sorted(await indexed.members(asked)));
        expect((await scanned.members(few))[0]).toHaveLength((await indexed.members(few))[0]!.length);
        const [found, known] = [await scanned.refined(finer), await indexed.refined(finer)];
        expect(sorted(found.map(each))).toEqual(sorted(known.map(each)));
        answers += found.flatMap(each).length;
      });
    }),
    { numRuns: 40 },
  );
  expect(answers).toBeGreaterThan(20);
});
