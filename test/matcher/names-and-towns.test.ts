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
