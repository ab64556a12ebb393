/** Where all but one field agrees, the odd one never hides the pair: it is linked, or a reviewer is asked. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-strong-'))));
afterAll(() => rm(folder, { recursive: true }));

const header = 'id,First Name,Last Name,Date of Birth,Email,Street,City';
const others = [
  'x1,Rosa,Adler,1990-01-15,rosa.adler@web.de,Gasse 1,Graz',
  'x2,Emil,Storm,1985-06-30,emil.storm@web.de,Hafen 9,Kiel',
  'x3,Knut,Sasse,1967-01-25,,Bergstr. 7,Goslar',
];

test.each([
  ['the given name is spelt backwards', 'Dloreg,Wuttke,1971-02-11,g.wuttke@posteo.de,Am Wall 3,Bremen'],
  ['the family name is another', 'Gerold,Kirchmayr,1971-02-11,g.wuttke@posteo.de,Am Wall 3,Bremen'],
  ['the birth date is another', 'Gerold,Wuttke,1952-10-21,g.wuttke@posteo.de,Am Wall 3,Bremen'],
  ['the mailbox is another', 'Gerold,Wuttke,1971-02-11,seemann77@gmx.de,Am Wall 3,Bremen'],
  ['street and town are others', 'Gerold,Wuttke,1971-02-11,g.wuttke@posteo.de,Kaiveien 40,Oslo'],
])('%s', async (_, odd) => {
  const [file, out, pairs] = ['list.csv', 'groups.csv', 'pairs.csv'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const rows = [...others, 'a1,Gerold,Wuttke,1971-02-11,g.wuttke@posteo.de,Am Wall 3,Bremen', `a2,${odd}`];
  await writeFile(file, [header, ...rows, ''].join('\n'));
  await matchFile({ file, out, pairs, id: 'id', entity: 'person' });
  const found = (await readFile(pairs, 'utf8')).split('\n').find((line) => line.startsWith('a1,a2,'));
  expect(found).toMatch(/^a1,a2,[^,]*,[^,]*,(?:link|review),/);
});
