import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-match-'))));
afterAll(() => rm(folder, { recursive: true }));

const given = 'Alva Brice Corin Dorit Edda Falk Gesa Henk Ilka Jorun Kyra Levin Malte Nora Odile Pepe Quirin Runa Silke Tjark'.split(' '); // prettier-ignore
const family = 'Abend Bruun Carow Dusek Eltz Finke Gorny Hauk Ihde Jansa Klee Loder Mohn Nagy Ohm Pauw Quast Rehm Stolz Thorn'.split(' '); // prettier-ignore
const background = Array.from({ length: 50 }, (_, at) => {
  const [first, last] = [given[at % 20], family[(at * 7 + Math.floor(at / 20)) % 20]];
  return `${first},${last},${first}.${last}@${last}-werke${at}.de`.toLowerCase();
});

async function clustersOf(rows: readonly string[]): Promise<(one: number, other: number) => boolean> {
  const file = join(folder, 'records.csv');
  const all = [...rows, ...background];
  await writeFile(file, ['id,first,last,email', ...all.map((row, at) => `r${at},${row}`), ''].join('\n'));
  const out = join(folder, 'clusters.csv');
  await matchFile({ file, entity: 'person', id: 'id', map: 'first_name=first,last_name=last,email=email', out });
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const clusters = new Map(lines.map((line) => line.split(',') as [string, string]));
  return (one, other) => clusters.get(`r${one}`) === clusters.get(`r${other}`);
}

test('in a small org two of a name that many have, at two companies, are two; one mailbox makes them one', async () => {
  const isOne = await clustersOf([
    'Linda,Williams,linda.williams@oakridge.com',
    'Linda,Williams,linda.williams@stonegate.com',
    'Thomas,Weber,t.weber@oakridge.com',
    'Thomas,Weber,t.weber@oakridge.com',
    'Yorick,Zellweger,yorick.zellweger@oakridge.com',
    'Yorick,Zellweger,',
  ]);
  expect(isOne(0, 1)).toBe(false);
  expect(isOne(2, 3)).toBe(true);
  expect(isOne(4, 5)).toBe(true);
});

const starts = 'Bram Kest Ostel Vand Quill Harro Tress Molin Zeph Wick'.split(' ');
const ends = 'berg dale ford holm land mark stone ton well worth'.split(' ');
const firms = starts.flatMap((start) => ends.map((end) => `${start}${end} ${end === 'ton' ? 'Tools' : 'Works'}`));

test.each([3, 5])('of a hundred companies the %i that are there twice are linked, and nobody else', async (copies) => {
  const file = join(folder, 'firms.csv');
  const rows = [...firms, ...firms.slice(20, 20 + copies)];
  await writeFile(file, ['id,name', ...rows.map((name, at) => `r${at},${name}`), ''].join('\n'));
  const out = join(folder, 'clusters.csv');
  await matchFile({ file, entity: 'company', id: 'id', map: 'name=name', out });
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const linked = lines.filter((line) => line.split(',')[0] !== line.split(',')[1]);
  expect(linked.sort()).toEqual(Array.from({ length: copies }, (_, at) => `r${20 + at},r${100 + at}`).sort());
});
