/** Marks are written when they differ, and say how far back a list of what moved reaches. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { everyOrg, markAt, putMarks, versionAt } from '../../src/pipeline/marks.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const place = { stage: 'match', subject: 'person', connectionId: everyOrg, source: 'match' } as const;
const put = async (version: string, hash: string, isWhole = false) => {
  const marks = [
    { ...place, version, hash },
    { ...place, source: 'standardise', connectionId: 'default', version: sql`null::bigint` },
  ];
  return (await db.query(putMarks('match', marks, isWhole))).length;
};
const found = () => db.query(sql`select * from ${markAt(place)} m`);

it('puts what differs, and nothing of a source that has nothing yet', async () => {
  expect(await found()).toEqual([]);
  expect(await put('3', 'a')).toBe(1);
  expect(await put('3', 'a')).toBe(0);
  expect(await put('3', 'b')).toBe(1);
  expect(await found()).toEqual([{ version: '3', hash: 'b', whole_version: '-1' }]);
  expect(
    await db.query(sql`select ${versionAt({ ...place, source: 'standardise', connectionId: 'default' })} as none`),
  ).toEqual([{ none: null }]);
});

it('keeps the version at which all was made anew', async () => {
  await put('5', 'b', true);
  await put('7', 'b');
  expect(await found()).toEqual([{ version: '7', hash: 'b', whole_version: '5' }]);
});
