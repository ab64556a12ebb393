import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinLeftOut, kindsOf } from '../../src/matcher/alike.ts';
import { textTable } from '../../src/matcher/compare/text-table.ts';
import { matchFile } from '../../src/matcher/match-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-match-'))));
afterAll(() => rm(folder, { recursive: true }));

const rowsOf = (values: string[]) => textTable([{ name: 'a', values, classOf: null }], values.length).rows;

test('of a kind that many records are of, those beyond the first are left out', () => {
  const values = [...Array<string>(11).fill('x'), 'y', 'y'];
  const kinds = kindsOf(rowsOf(values), values.length, true);
  expect([...(kinds?.isLeftOut ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0]);
  expect(kindsOf(rowsOf(values), values.length, false)).toBeNull();
});

test('those left out follow the others of their kind where these are one, and stay alone where they are not', () => {
  const values = [...Array<string>(10).fill('x'), ...Array<string>(10).fill('y')];
  const kinds = kindsOf(rowsOf(values), values.length, true);
  if (!kinds) throw new Error('nobody is left out');
  const clusters = Int32Array.from(values, (_, at) => (at < 10 ? (at < 8 ? 0 : at) : at));
  expect(joinLeftOut(kinds, clusters)).toBe(2);
  expect([...clusters.subarray(0, 10)]).toEqual(Array(10).fill(0));
  expect([...clusters.subarray(10)]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

const starts = 'Bram Kest Ostel Vand Quill Harro Tress Molin Zeph Wick Corv Dalb Fenn Gist Hulm Jarv'.split(' ');
const ends = 'berg dale ford holm land mark stone ton well worth'.split(' ');
const firms = Array.from(
  { length: 150 },
  (_, at) => `${starts[at % 16]}${ends[(at * 7) % 10]} ${starts[(at * 5 + 3) % 16]}${ends[(at * 3) % 10]}`,
);

test('hundreds of records of one spelling do not hide those of another', async () => {
  const file = join(folder, 'records.csv');
  const others = ['Tannhauser Gatewrks', 'Tanhauser Gateworks', 'Tannhauser Gateworks BV', 'Tannhauser Gatework'];
  const rows = [...firms, ...Array<string>(400).fill('Tannhauser Gateworks'), ...others];
  await writeFile(
    file,
    ['id,name', ...rows.map((name, at) => `r${String(at).padStart(4, '0')},${name}`), ''].join('\n'),
  );
  const out = join(folder, 'clusters.csv');
  const said: string[] = [];
  const explain = ['r0160,r0520', 'r0160,r0551', 'r0010,r0520'];
  await matchFile({
    file,
    entity: 'company',
    id: 'id',
    map: 'name=name',
    out,
    explain,
    say: (line) => said.push(line),
  });
  const clusterOf = new Map(
    (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',') as [string, string]),
  );
  const gateworks = rows.flatMap((name, at) =>
    /gatew/i.test(name) ? [clusterOf.get(`r${String(at).padStart(4, '0')}`)] : [],
  );
  expect(gateworks).toHaveLength(404);
  expect(new Set(gateworks).size).toBe(1);
  expect(new Set(clusterOf.values()).size).toBe(new Set(firms).size + 1);
  const verdicts = said.filter((line) => /^r\d{4} and r\d{4}/.test(line));
  expect(verdicts[0]).toMatch(/one/);
  expect(verdicts[2]).toMatch(/two/);
});
