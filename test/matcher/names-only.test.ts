import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';
import { shortfall } from '../../src/matcher/weigh/shortfall.ts';

const given = 'Anna Piotr Elena Igor Sofia Luca Greta Nils Ida Omar Leila Hugo Clara Felix Tomas Vera Bruno Oskar Tilda'.split(' '); // prettier-ignore
const [starts, ends] = ['Berg Lind Holm Stein Kowal Novak Ferr Mart Rud Vik Gran Ostr Petr Hart Wall Eck Sved'.split(' '), 'man sky ero strom ich ovic gaard'.split(' ')]; // prettier-ignore
const names = Array.from({ length: 300 }, (_, at) => {
  const family = (at * 37) % (starts.length * ends.length);
  return `${given[(at * 7 + Math.floor(at / 19)) % given.length]},${starts[family % starts.length]}${ends[Math.floor(family / starts.length)]}`;
});

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-match-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Names and nothing else: so many people, the first of them a second time, spelt the same. */
async function found(peopleCount: number, copyCount: number) {
  const file = join(folder, 'records.csv');
  const rows = names.slice(0, peopleCount).map((name, at) => `a${at},${name}`);
  const copies = names.slice(0, copyCount).map((name, at) => `b${at},${name}`);
  await writeFile(file, ['id,first,last', ...rows, ...copies, ''].join('\n'));
  const out = join(folder, 'clusters.csv');
  const lines: string[] = [];
  const map = 'first_name=first,last_name=last';
  const progress = (line: string) => lines.push(line);
  const report = await matchFile({ file, entity: 'person', id: 'id', map, out, progress });
  const cells = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const linked = cells.map((line) => line.split(',')).filter(([id, cluster]) => id !== cluster);
  return { linked, report, lines };
}

describe('names and nothing else', () => {
  test.each([30, 78, 150, 300])('of %i people without a copy none are linked', async (count) => {
    expect(new Set(names.slice(0, count)).size).toBe(count);
    const { linked, report } = await found(count, 0);
    expect(linked).toEqual([]);
    expect(report.expectedPairCount).toBeLessThan(1);
  });

  test.each([
    [30, 6],
    [70, 8],
    [150, 30],
    [240, 48],
  ])('of %i people the %i that are there twice are linked, and nobody else', async (count, copies) => {
    const { linked, report } = await found(count, copies);
    expect(linked.map(([id, cluster]) => `${id} ${cluster}`).sort()).toEqual(
      Array.from({ length: copies }, (_, at) => `b${at} a${at}`).sort(),
    );
    expect(report.warnings).toEqual([]);
  });
});

test('in a list of names a slip in the first letter of a name hides nobody', async () => {
  const file = join(folder, 'records.csv');
  const some = names.slice(0, 120);
  const copies = some
    .slice(0, 20)
    .map((name, at) => `b${at},${at % 2 ? name.replace(/^./, 'Q') : name.replace(/,./, ',Q')}`);
  await writeFile(file, ['id,first,last', ...some.map((name, at) => `a${at},${name}`), ...copies, ''].join('\n'));
  const out = join(folder, 'clusters.csv');
  await matchFile({ file, entity: 'person', id: 'id', map: 'first_name=first,last_name=last', out });
  const cluster = new Map((await readFile(out, 'utf8')).trim().split('\n').slice(1).map((line) => line.split(',') as [string, string])); // prettier-ignore
  const found = copies.filter((_, at) => cluster.get(`b${at}`) === `a${at}`).length;
  expect(found).toBeGreaterThan(15);
  expect(new Set(some.map((_, at) => cluster.get(`a${at}`))).size).toBe(120);
});

/** Businesses of a town each, the first of them a second time: one column, or two. */
async function foundBusinesses(count: number, copyCount: number, hasCity: boolean) {
  const file = join(folder, 'records.csv');
  const trades = 'Bakery,Optics,Cycles,Pharmacy,Flowers,Tailors,Glassworks'.split(',');
  const town = (at: number) => (hasCity ? `,${['Dorfen', 'Altheim', 'Kronberg', 'Seefeld'][at % 4]}` : '');
  const row = (key: string, at: number) => `${key}${at},${starts[at % 17]}${ends[Math.floor(at / 17) % 7]} ${trades[(at * 3 + Math.floor(at / 50)) % 7]}${town(at)}`; // prettier-ignore
  const rows = Array.from({ length: count }, (_, at) => row('a', at));
  const copies = Array.from({ length: copyCount }, (_, at) => row('b', at));
  await writeFile(file, [`id,name${hasCity ? ',city' : ''}`, ...rows, ...copies, ''].join('\n'));
  const out = join(folder, 'clusters.csv');
  const map = hasCity ? 'name=name,city=city' : 'name=name';
  await matchFile({ file, entity: 'company', id: 'id', map, out });
  const cells = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  return cells.map((line) => line.split(',')).filter(([id, cluster]) => id !== cluster);
}

describe.each([false, true])('names of businesses, a town beside them: %s', (hasCity) => {
  test.each([30, 78, 110])('of %i without a copy none are linked', async (count) => {
    expect(await foundBusinesses(count, 0, hasCity)).toEqual([]);
  });

  test.each([
    [40, 8],
    [70, 8],
    [110, 22],
  ])('of %i the %i that are there twice are linked, and no others', async (count, copies) => {
    const linked = await foundBusinesses(count, copies, hasCity);
    expect(linked.map(([id, cluster]) => `${id} ${cluster}`).sort()).toEqual(
      Array.from({ length: copies }, (_, at) => `b${at} a${at}`).sort(),
    );
  });
});

describe('never silently nothing', () => {
  const said = (linked: number, expected: number, asked: number, alike: number, ...lacking: string[]) =>
    shortfall({ linked, expected, asked, alike }, lacking);

  test('says how many are expected, how many are for review, and which column would help', () => {
    expect(said(2, 12.3, 9, 0, 'email', 'birth date')).toBe(
      '2 pairs linked where the model expects about 12: what is filled tells too little. For review: 9. ' +
        'A column of this kind would help: email, birth date.',
    );
    expect(said(0, 0.1, 0, 1)).toBe(
      'No pair is linked, though 1 pair is alike: what is filled tells too little. For review: 0. ' +
        'The columns that would tell are there, but blank or at odds.',
    );
  });

  test('says nothing where what is expected is linked, or nothing is alike', () => {
    expect(said(11, 12.3, 9, 2)).toBeNull();
    expect(said(14, 12.3, 0, 0)).toBeNull();
    expect(said(0, 0.3, 0, 0)).toBeNull();
    expect(said(1, 1.9, 4, 0)).toBeNull();
  });

  test('is on the lines and in the report of a file whose few copies were not sure enough', async () => {
    const { linked, report, lines } = await found(180, 3);
    expect(linked).toEqual([]);
    expect(report.warnings).toHaveLength(1);
    expect(lines).toContainEqual(`warning: ${report.warnings[0]}`);
    expect(report.warnings[0]).toMatch(/^No pair is linked, though 3 pairs are alike.*help: email, phone/);
  });
});

describe('what has nothing to do with a pair does not move it', () => {
  const slipped = (name: string, at: number) => {
    const cut = name.indexOf(',') + 3 + (at % 3);
    return name.slice(0, cut) + name.slice(cut + 1);
  };
  const rows = [
    ...names.slice(0, 150).map((name, at) => `a${at},${name}`),
    ...names.slice(0, 10).map((name, at) => `b${at},${name}`),
    ...names.slice(10, 30).map((name, at) => `c${at},${slipped(name, at)}`),
  ];
  async function linksOf(lines: readonly string[], header = 'id,first,last') {
    const file = join(folder, 'records.csv');
    await writeFile(file, [header, ...lines, ''].join('\n'));
    const out = join(folder, 'clusters.csv');
    await matchFile({ file, out });
    const cells = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
    return cells.map((line) => line.split(',')).filter(([id, cluster]) => id !== cluster).map(([id, cluster]) => `${id} ${cluster}`).sort(); // prettier-ignore
  }
  let links: string[] = [];
  beforeAll(async () => (links = await linksOf(rows)));

  test('all that are there twice are linked to begin with', () => expect(links).toHaveLength(30));

  test.each([3, 40, 400])('%i rows more of one person', async (count) => {
    const more = Array.from({ length: count }, (_, at) => `z${at},${names[149]}`);
    const found = await linksOf([...rows, ...more]);
    expect(found.filter((link) => !link.startsWith('z'))).toEqual(links);
    expect(found).toHaveLength(links.length + count);
  });

  test('rows in another order', async () => {
    const shuffled = rows.map((_, at) => rows[(at * 97 + 41) % rows.length] as string);
    expect(new Set(shuffled).size).toBe(rows.length);
    expect(await linksOf(shuffled)).toEqual(links);
  });

  test('a column that says nothing of a person', async () => {
    const noted = rows.map((line, at) => `${line},note ${(at * 7) % 13}`);
    expect(await linksOf(noted, 'id,first,last,Remark')).toEqual(links);
  });
});
