/** Marks are written when they differ, and say how far back a list of what moved reaches. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import {
  everyOrg,
  isTaken,
  markAt,
  putMarks,
  type Taken,
  takenSql,
  taking,
  versionAt,
} from '../../src/pipeline/marks.ts';
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
  const none = versionAt({ ...place, source: 'standardise', connectionId: 'default' });
  expect(await db.query(sql`select ${none} as version`)).toEqual([{ version: '-1' }]);
});

it('keeps the version at which all was made anew', async () => {
  await put('5', 'b', true);
  await put('7', 'b');
  expect(await found()).toEqual([{ version: '7', hash: 'b', whole_version: '5' }]);
});

it('all is taken in when each source is, by this definition, or has nothing', async () => {
  const newest = (version: string) => ({ connectionId: everyOrg, newest: sql`${version}::bigint` });
  const taken = async (version: string) => {
    const sources = { match: newest(version), review: { connectionId: everyOrg, newest: sql`null` } };
    const [row] = await db.query<{ taken: Record<string, Taken> }>(
      sql`select ${takenSql('match', 'person', sources)} as taken`,
    );
    return row!.taken;
  };
  expect(isTaken(await taken('7'), 'b')).toBe(true);
  expect(isTaken(await taken('7'), 'a')).toBe(false);
  expect(isTaken(await taken('8'), 'b')).toBe(false);
  await db.query(putMarks('match', taking('person', await taken('8'), 'c')));
  expect(isTaken(await taken('8'), 'c')).toBe(true);
});
