/** Marks are written when they differ, and say how far back a list of what moved reaches. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import {
  allTaken,
  everyOrg,
  isTaken,
  markAt,
  putMarks,
  since,
  type Taken,
  takenSql,
  taking,
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
  expect(
    await db.query(sql`select from ${markAt({ ...place, source: 'standardise', connectionId: 'default' })} m`),
  ).toEqual([]);
});

it('keeps the version at which all was made anew', async () => {
  await put('5', 'b', true);
  await put('7', 'b');
  expect(await found()).toEqual([{ version: '7', hash: 'b', whole_version: '5' }]);
});

it('all is taken in when each source is, by this definition, or has nothing', async () => {
  const taken = async (version: number) => {
    const sources = { match: [everyOrg, sql`${version}::bigint`], review: [everyOrg, sql`null`] } as const;
    const [row] = await db.query<{ taken: Record<string, Taken>; since: string }>(
      sql`with ${takenSql('match', 'person', sources)} select ${allTaken} as taken, ${since('match')} as since`,
    );
    expect(row!.since).toBe(String(row!.taken.match!.version));
    return row!.taken;
  };
  expect(isTaken(await taken(7), 'b')).toBe(true);
  expect(isTaken(await taken(7), 'a')).toBe(false);
  expect(isTaken(await taken(8), 'b')).toBe(false);
  const marks = taking('person', await taken(8), 'c');
  expect(marks).toEqual([
    { subject: 'person', source: 'match', connectionId: everyOrg, version: 8, hash: 'c' },
    { subject: 'person', source: 'review', connectionId: everyOrg, version: null, hash: 'c' },
  ]);
  expect(await db.query(putMarks('match', marks))).toHaveLength(1);
  expect(isTaken(await taken(8), 'c')).toBe(true);
  expect(await db.query(putMarks('match', []))).toEqual([]);
});
