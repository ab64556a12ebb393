/** Two people of one name, or of names that are alike: whose mailbox has the own name, who was born in another year, whom all else tells apart. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirmedApart, similarGiven } from '../../src/matcher/compare/names.ts';
import { allElseDiffers, bornApart } from '../../src/matcher/compare/namesakes.ts';
import { matchFile } from '../../src/matcher/match-file.ts';
import { columnsOf, type Row } from './columns-of.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-one-name-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Groups of more than one row, by their ids. */
async function groupsOf(header: string, rows: string[]): Promise<string[][]> {
  const [file, out] = [join(folder, 'list.csv'), join(folder, 'groups.csv')];
  await writeFile(file, [header, ...rows, ''].join('\n'));
  await matchFile({ file, out, id: 'id', entity: 'person' });
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const groups = Map.groupBy(
    lines.map((line) => line.split(',')),
    ([, cluster]) => cluster,
  );
  return [...groups.values()].map((of) => of.map(([id]) => id as string)).filter((of) => of.length > 1);
}

const strangers = [
  'x1,Gero,Althoff,1971-02-11,g.althoff@posteo.de,Am Wall 3,Bremen',
  'x2,Imke,Dierks,1980-09-30,imke.dierks@web.de,Deichweg 12,Leer',
  'x3,Tore,Hagen,1966-05-04,tore@hagen.no,Storgata 8,Bergen',
  'x4,Beatrix,Loy,1993-12-17,b.loy@gmx.de,Marktstr. 40,Ulm',
  'x5,Kofi,Mensah,1988-03-08,kofi.mensah@gmail.com,Ring Road 9,Accra',
  'x6,Ulla,Brandstetter,1959-07-21,ulla.b@aon.at,Hauptplatz 2,Linz',
];
const header = 'id,First Name,Last Name,Date of Birth,Email,Street,City';

describe('a list of few', () => {
  test('who is born in another year is another, whatever the name and the house', async () => {
    const found = await groupsOf(header, [
      ...strangers,
      'a1,Grete,Wulff,1979-05-05,,Elbchaussee 4,Hamburg',
      'a2,Grete,Wulff,2004-08-19,,Elbchaussee 4,Hamburg',
      // The year with two digits exchanged is one.
      'b1,Knut,Sasse,1967-01-25,,Bergstr. 7,Goslar',
      'b2,Knut,Sasse,1976-01-25,,Bergstr. 7,Goslar',
    ]);
    expect(found).toEqual([['b1', 'b2']]);
  });

  test('two of one name with other mailboxes, streets and towns are not linked', async () => {
    const found = await groupsOf(header, [
      ...strangers,
      'a1,Ole,Hansen,,ole.hansen@online.no,Skolegata 1,Moss',
      'a2,Ole,Hansen,,o.hansen82@gmail.com,Torggata 18,Hamar',
      'b1,Rune,Vik,,rune.vik@online.no,Elvegata 5,Skien',
      'b2,Rune,Vik,,rune.vik@gmail.com,Elvegata 5,Skien',
    ]);
    expect(found).toEqual([['b1', 'b2']]);
  });

  test('brothers and sisters whose dates are near, or unknown days of two years', async () => {
    const found = await groupsOf(header, [
      ...strangers,
      'a1,Abdul,Rahimi,1994-01-01,,,',
      'a2,Zohra,Rahimi,1996-01-01,,,',
      'b1,Sanna,Rautio,1994-03-12,,,',
      'b2,Sanna,Rautio,1994-03-13,,,',
    ]);
    expect(found).toEqual([['b1', 'b2']]);
  });
});

const pair = (l: Row, r: Row) => columnsOf([l, r]);

test.each([
  ['marisa', 'marisa.sosa', 'marisela', 'marisela.sosa', true],
  ['marisa', 'marisa.sosa', 'marisela', 'msosa', false],
  ['marisa', 'family.sosa', 'marisela', 'family.sosa', false],
  // The family name holds it, so the mailbox tells nothing of the given name.
  ['sos', 'sosa77', 'sosi', 'sosi.sosa', false],
])('%s with %s@ and %s with %s@: both are as written, %s', (a, mailA, b, mailB, isApart) => {
  const columns = pair({ first: a, last: 'sosa', local: mailA }, { first: b, last: 'sosa', local: mailB });
  expect(confirmedApart(columns, 'first')(0, 1)).toBe(isApart);
});

test.each([
  ['gunnar', 'gudrun', false],
  ['mauricio', 'macario', false],
  ['luc', 'lucie', false],
  ['lynn', 'lynnette', true],
  ['olu', 'olumide', true],
  ['dimitrios', 'dimitris', true],
  ['margrethe', 'margarete', true],
])('%s and %s may be one name written twice: %s', (a, b, isSimilar) => {
  expect(similarGiven(pair({ first: a }, { first: b }))(0, 1, 0.9)).toBe(isSimilar);
});

test('what speaks for two', () => {
  const one = { email: 'a@x.de', local: 'a', phone: '4911', street: '1 ring', city: 'ulm', birth_date: '1970-01-02' };
  const apart = (other: Row) => allElseDiffers(pair(one, other))(0, 1);
  expect(apart({ email: 'zeta@y.org', local: 'zeta', street: '9 kai', city: 'kiel' })).toBe(true);
  expect(apart({ email: 'zeta@y.org', local: 'zeta', street: '9 kai', city: 'ulm' })).toBe(false);
  expect(apart({ email: 'zeta@y.org', local: 'zeta' })).toBe(false);
  const born = (l: string, r: string, more: Row = {}) =>
    bornApart(pair({ birth_date: l, ...more }, { birth_date: r, ...more }))(0, 1);
  expect(born('1970-01-02', '1988-11-30')).toBe(true);
  expect(born('1970-01-02', '1970-11-30')).toBe(false);
  expect(born('1970-01-02', '1971-01-02')).toBe(false);
  expect(born('1970-01-02', '1988-11-30', { email: 'a@x.de' })).toBe(false);
});
