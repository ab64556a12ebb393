import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';
import { columnsOf } from './columns-of.ts';
import { knownApart } from '../../src/matcher/compare/names.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-match-'))));
afterAll(() => rm(folder, { recursive: true }));

const header = 'id,first,last,email,phone,street,city,dob';
const map = 'first_name=first,last_name=last,email=email,phone=phone,street=street,city=city,birth_date=dob';

/** By id: the id of its cluster. */
async function clustersOf(...rows: string[]): Promise<Record<string, string>> {
  const file = join(folder, 'records.csv');
  await writeFile(file, [header, ...rows, ''].join('\n'));
  const out = join(folder, 'clusters.csv');
  await matchFile({ file, entity: 'person', id: 'id', map, out });
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  return Object.fromEntries(lines.map((line) => line.split(',')));
}

describe('one house', () => {
  test('one person by two spellings, or by a nickname, stays one', async () => {
    const found = await clustersOf(
      'a1,Sara,Winterbourne,sw77@gmail.com,(303) 555-0123,5 Oak Row,Boulder,',
      'a2,Sarah,Winterbourne,sw77@gmail.com,(303) 555-0123,5 Oak Row,Boulder,',
      'b1,Bill,Castellane,bc31@gmail.com,(303) 555-0456,9 Fir Row,Boulder,',
      'b2,William,Castellane,bc31@gmail.com,(303) 555-0456,9 Fir Row,Boulder,',
    );
    expect(found).toEqual({ a1: 'a1', a2: 'a1', b1: 'b1', b2: 'b1' });
  });

  test('two given names that could be a slip, born another day, are two; a slip in the name alone is one', async () => {
    const found = await clustersOf(
      'a1,Reva,Chandrasekar,chandra.house@gmail.com,,,,1974-12-04',
      'a2,Reeva,Chandrasekar,chandra.house@gmail.com,,,,1997-04-18',
      'b1,Marisol,Ostrander,mo19@gmail.com,,,,1961-06-21',
      'b2,Marisool,Ostrander,mo19@gmail.com,,,,1961-06-21',
      'c1,Theodor,Lindqvist,tl5@gmail.com,,,,1988-03-02',
      'c2,Theodorr,Lindqvist,tl5@gmail.com,,,,1988-03-12',
    );
    expect(found).toEqual({ a1: 'a1', a2: 'a2', b1: 'b1', b2: 'b1', c1: 'c1', c2: 'c1' });
  });
});

test.each([
  ['mark', 'mary', true],
  ['jean', 'joan', true],
  ['mia', 'mila', true],
  ['darla', 'darlene', true],
  ['sara', 'sarah', false],
  ['steven', 'stephen', false],
  ['cheryl', 'sheryl', false],
  ['michael', 'micheal', false],
  ['roberto', 'robert', false],
  ['brian', 'bryan', false],
  ['bella', 'ella', true],
  ['daniel', 'daniela', true],
  ['daniel', 'danielle', true],
  ['maria', 'mario', true],
  ['carol', 'carl', true],
  ['sofia', 'sophia', false],
  ['bill', 'william', false],
  ['jon', 'john', false],
  // One of them is nobody's name: a slip.
  ['robert', 'robrt', false],
  ['maria', 'mraia', false],
])('%s and %s are two known names that are not one: %s', (l, r, isApart) => {
  const columns = columnsOf([
    { first: l, formal: l },
    { first: r, formal: r },
  ]);
  expect(knownApart(columns)(0, 1)).toBe(isApart);
});
