/** What forms and admins did to a value is undone in the database as in the matcher. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import type { Db } from '../../src/db/connect.ts';
import { entities, marker, withoutEntities, withoutMarker } from '../../src/matcher/values/spelling.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const undone = async (values: readonly string[]): Promise<string[]> =>
  (
    await db.query<{ value: string }>(
      sql`select standard.undone(value) as value from unnest(${values}::text[]) with ordinality v (value, at) order by at`,
    )
  ).map(({ value }) => value);

test('every entity is one character in both', async () => {
  const values = [...entities.keys()].map((name) => `a&${name};b`);
  expect(await undone(values)).toEqual([...entities.values()].map((character) => `a${character}b`));
});

it('gives what the matcher reads', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '&amp;',
      '&amp;amp;',
      '&#39;',
      '&#x27;',
      '&ouml;',
      '&OUML;',
      '&AMP;',
      '&none;',
      '&#1;',
      '&#55296;',
      '&',
      ';',
      ' ',
      'R&D',
      '#39;',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 4 }),
  );
  const values = fc.sample(
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
    500,
  );
  expect(await undone(values)).toEqual(values.map(withoutEntities));
});

test('markers are the same to both', async () => {
  const values = [
    'DO NOT USE - Larchwood Paints',
    '(OLD) Larchwood Paints',
    'Larchwood Paints [INACTIVE]',
    'Larchwood Paints - DUPLICATE',
    'zzz_Larchwood Paints',
    '**DNU** Larchwood Paints',
    'MERGED: Larchwood Paints',
    'Old Navy',
    'Old-World Foods',
    'Closed Loop Partners',
    'DUPLICATE',
    "don't use Larchwood Paints – old",
  ];
  const found = await db.query<{ value: string }>(
    sql`select standard.unmarked(value, ${marker}) as value
      from unnest(${values}::text[]) with ordinality v (value, at) order by at`,
  );
  expect(found.map(({ value }) => value)).toEqual(values.map((value) => withoutMarker(value).trim()));
});
