/** Lists of names, or of names and towns, or of families: what only looks like one, and what is one. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-names-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Groups of more than one row, by their ids. */
async function groupsOf(entity: string, header: string, rows: readonly string[]): Promise<string[][]> {
  const [file, out, pairs] = ['list.csv', 'groups.csv', 'pairs.csv'].map((name) => join(folder, name)) as [string, string, string]; // prettier-ignore
  await writeFile(file, [header, ...rows, ''].join('\n'));
  await matchFile({ file, out, pairs, id: 'id', entity });
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const groups = Map.groupBy(
    lines.map((line) => line.split(',')),
    ([, cluster]) => cluster,
  );
  return [...groups.values()].map((of) => of.map(([id]) => id as string)).filter((of) => of.length > 1);
}

const given = 'Aino Veikko Tuulikki Onni Saimi Urho Lempi Toivo Martta Eero Sylvi Arvo Hilja Reino Kerttu Oiva Aili Tauno Impi Vilho'.split(' '); // prettier-ignore
const family = 'Aalto Erola Hakala Ihala Jokela Kallio Lampi Mattila Niskala Ojala Perala Rantala Salmela Takala Uotila Valli Ylinen Haapa Koski Luoma'.split(' '); // prettier-ignore
const towns = 'Kemi Tornio Raahe Kokkola Pori Rauma Loimaa Salo Lohja Porvoo Kotka Imatra Savonlinna Varkaus Kuopio Kajaani Vaasa Ylivieska Forssa Heinola'.split(' '); // prettier-ignore

describe('names and towns', () => {
  const rows = given.map((name, at) => `p${at},${name} ${family[at]},${towns[at]}`);

  test('one given name in one town, with another family name, is two people', async () => {
    const found = await groupsOf('person', 'id,Name,City', [
      ...rows,
      'a1,Helmi Niemi,Nurmes',
      'a2,Helmi Aho,Nurmes',
      'b1,Rauha Karppinen,Lieksa',
      'b2,Rauha Karppinnen,Lieksa',
      'c1,Ilmari Vuori,Kuhmo',
      'c2,Ilmari Vuori,Kuhmo',
      'd1,Seppo Lahtinen,Nokia',
      'd2,Seppo Lahtinen,Nokia',
    ]);
    expect(found).toEqual([
      ['b1', 'b2'],
      ['c1', 'c2'],
      ['d1', 'd2'],
    ]);
  });
});

describe('a list of names', () => {
  /** Of 20 given names with 20 x 6 family names, so that equal ones come by chance. */
  const many = (at: number, salt: number) =>
    `${given[(at * 7 + salt) % 20]} ${family[Math.floor(at / 20) % 20]}${['', 'nen', 'inen', 'maa', 'oja', 'vaara'][Math.floor(at / 400) % 6]}`;
  const distinct = Array.from({ length: 2400 }, (_, at) => many(at, Math.floor(at / 20)));
  /** Every second of them, in no order. */
  const kept = distinct.filter((_, at) => (at * 31) % 2400 < 1200);

  test('that has nobody twice by chance has copies, and they are found', async () => {
    expect(new Set(kept).size).toBe(1200);
    const rows = [
      ...kept.map((name, at) => `a${at},${name}`),
      ...kept.slice(0, 20).map((name, at) => `b${at},${name}`),
    ];
    const found = await groupsOf('person', 'id,Name', rows);
    expect(found).toHaveLength(20);
    for (const [l, r] of found) expect((r as string).slice(1)).toBe((l as string).slice(1));
    expect(await readFile(join(folder, 'pairs.csv'), 'utf8')).toContain('same, names are kept apart');
  });

  test('in which as many have one name as chance gives has namesakes: their names are not held to be kept apart', async () => {
    let seed = 11;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const drawn = Array.from({ length: 1200 }, () => distinct[Math.floor(random() * 2400)]);
    expect(new Set(drawn).size).toBeLessThan(1000);
    await groupsOf('person', 'id,Name', drawn.map((name, at) => `a${at},${name}`)); // prettier-ignore
    expect(await readFile(join(folder, 'pairs.csv'), 'utf8')).not.toContain('kept apart');
  });
});

test('two given names of one house that others in the list have too are two names, and a slip is one', async () => {
  const others = Array.from({ length: 60 }, (_, at) => {
    const name = at % 20 === 0 ? 'Milka' : at % 20 === 1 ? 'Mirka' : given[at % 20];
    const house = `${family[(at * 3) % 20]}${['', 'nen', 'maa'][Math.floor(at / 20)]}`;
    return `p${at},${name},${house},${house.toLowerCase()}${at}@posti.example,04${String(5_550_100 + at * 7919)},Koivutie ${at + 1},${towns[at % 20]}`;
  });
  const home = (id: string, name: string, house: string) =>
    `${id},${name},${house},${house.toLowerCase()}@posti.example,0451234${house.length}9,Mäntytie 4,Nurmes`;
  const found = await groupsOf('person', 'id,First Name,Last Name,Email,Phone,Street,City', [
    ...others,
    home('a1', 'Milka', 'Virtanen'),
    home('a2', 'Mirka', 'Virtanen'),
    home('b1', 'Tuulikki', 'Sorsa'),
    home('b2', 'Tuulikkki', 'Sorsa'),
  ]);
  expect(found).toEqual([['b1', 'b2']]);
});

describe('companies called by family names', () => {
  const forms = ['Oy', 'Ky', 'Tmi'];
  const firms = family.flatMap((name, at) => forms.slice(0, 1 + (at % 3)).map((form) => `${name} ${form}`));
  /** Each firm in four of the places, never twice in one. */
  const listed = (places: readonly string[]) =>
    firms.flatMap((firm, at) => [0, 1, 2, 3].map((time) => `${firm},${places[(at * 3 + time * 2) % places.length]}`));
  const numbered = (rows: readonly string[], key: string) => rows.map((row, at) => `${key}${at},${row}`);
  const idsOf = (copied: readonly number[]) => copied.map((at, copy) => [`a${at}`, `b${copy}`]).sort();
  const copied = [3, 11, 17, 26, 34, 40, 49, 58, 61, 70];

  const lands = 'Finland Sweden Norway Estonia Latvia Poland Germany Denmark Italy Spain'.split(' ');

  test('beside a country: copies are found, and those of one name elsewhere are others', async () => {
    const rows = listed(lands);
    expect(new Set(rows).size).toBe(rows.length);
    expect(await groupsOf('company', 'id,Company,Country', numbered(rows, 'a'))).toEqual([]);
    const copies = copied.map((at) => rows[at] as string);
    const found = await groupsOf('company', 'id,Company,Country', [...numbered(rows, 'a'), ...numbered(copies, 'b')]);
    expect(found.sort()).toEqual(idsOf(copied));
    const evidence = await readFile(join(folder, 'pairs.csv'), 'utf8');
    expect(evidence).toContain('same country');
    expect(evidence).not.toMatch(/city|town/);
  });

  test('countries are the same in another language or as a code', async () => {
    const rows = listed(lands);
    const words: Record<string, string> = { Finland: 'FI', Sweden: 'Schweden', Norway: 'NOR', Germany: 'Deutschland' };
    const copies = copied.map((at) => (rows[at] as string).replace(/[^,]+$/, (land) => words[land] ?? land));
    const found = await groupsOf('company', 'id,Company,Country', [...numbered(rows, 'a'), ...numbered(copies, 'b')]);
    expect(found.sort()).toEqual(idsOf(copied));
  });

  test('as many of one name and place as chance gives are no copies', async () => {
    // Every firm at places drawn by lot: some are drawn twice.
    const drawn = Array.from({ length: 300 }, (_, at) => {
      const lot = Math.floor(Math.abs(Math.sin(at * 12.9898) * 43758.5453) % (firms.length * 10));
      return `${firms[lot % firms.length]},${lands[Math.floor(lot / firms.length)]}`;
    });
    expect(new Set(drawn).size).toBeLessThan(260);
    expect(await groupsOf('company', 'id,Company,Country', numbered(drawn, 'a'))).toEqual([]);
  });

  test('where hardly two countries have one name, a copy that lacks its country is found by the name', async () => {
    const own = towns.map((name, at) => `${name} Castings,${lands[at % lands.length]}`);
    const lacking = [3, 8, 11, 17].map((at) => `${(own[at] as string).split(',')[0]},`);
    const found = await groupsOf('company', 'id,Company,Country', [...numbered(own, 'a'), ...numbered(lacking, 'b')]);
    expect(found.sort()).toEqual(idsOf([3, 8, 11, 17]));
  });
});
