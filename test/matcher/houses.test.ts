import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-houses-'))));
afterAll(() => rm(folder, { recursive: true }));

type Task = { entity: string; columns: string; map: string; compare?: string };

/** The groups of two and more, by id. */
async function groups({ entity, columns, map, compare }: Task, rows: string[]) {
  const [file, out] = [join(folder, 'records.csv'), join(folder, 'clusters.csv')];
  await writeFile(file, [`id,${columns}`, ...rows, ''].join('\n'));
  const report = await matchFile({ file, entity, id: 'id', map, compare, out });
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const byCluster = Map.groupBy(lines, (line) => line.split(',')[1] as string);
  const ids = [...byCluster.values()].map((of) => of.map((line) => line.split(',')[0]).join(' '));
  return { groups: ids.filter((one) => one.includes(' ')), report };
}

const people: Task = {
  entity: 'person',
  columns: 'first,last,email,phone,street,city,dob',
  map: 'first_name=first,last_name=last,email=email,phone=phone,street=street,city=city,birth_date=dob',
};

describe('a house in a file of a few rows', () => {
  test('a couple with one mailbox, telephone and street is two; a short form and a spelling of one of them is one', async () => {
    const found = await groups(people, [
      'a1,Gregory,Ostrander,ostrander5@gmail.com,(503) 555-0199,4 Larch Way,Salem,',
      'a2,Naomi,Ostrander,ostrander5@gmail.com,(503) 555-0199,4 Larch Way,Salem,',
      'a3,Greg,Ostrander,,(503) 555-0199,,Salem,',
      'b1,Jon,Quarles,jq@quarles.net,,8 Mill Row,Reno,1971-02-03',
      'b2,John,Quarles,jq@quarles.net,,8 Mill Row,Reno,1971-02-03',
    ]);
    expect(found.groups).toEqual(['a1 a3', 'b1 b2']);
  });

  test('another given name and another birth date outweigh the mailbox; one birth date outweighs a given name that is a slip', async () => {
    const found = await groups(people, [
      'a1,Hilda,Pereyra,pereyra@aol.com,,1 Elm Row,Tampa,1950-01-31',
      'a2,Marcus,Pereyra,pereyra@aol.com,,1 Elm Row,Tampa,1984-11-02',
      'b1,Veronica,Ashdown,va@aol.com,,7 Elm Row,Tampa,1962-05-09',
      'b2,Veornca,Ashdown,va@aol.com,,7 Elm Row,Tampa,1962-05-09',
    ]);
    expect(found.groups).toEqual(['b1 b2']);
  });

  test.each(['number', 'id', 'category'])(
    'the number of the house in a column of its own (%s) is no second evidence',
    async (kind) => {
      const task = { ...people, columns: 'first,last,no,street', map: 'first_name=first,last_name=last,street=street' };
      const found = await groups({ ...task, columns: 'first,last,house_no,street', compare: `house_no:${kind}` }, [
        'a1,Stella,Brannock,71,Wharf Lane',
        'a2,Jerome,Brannock,71,Wharf Lane',
        'b1,,Teasdale,12,Kiln Street',
        'b2,Olive,Teasdale,12,Kiln Street',
      ]);
      expect(found.groups).toEqual([]);
    },
  );
});

/** Deterministic, 0..1. */
const drawn = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};
const syllables = 'ba ke li mo nu ra se ti vo wa xe ya zo dru fen gal hor ist jun kra'.split(' ');
const word = (random: () => number, count: number) =>
  Array.from({ length: count }, () => syllables[Math.floor(random() * syllables.length)]).join('');
const given = 'James Mary Robert Linda Michael Susan David Karen Thomas Nancy Daniel Betty Mark Helen Paul Sandra Steven Donna'.split(' '); // prettier-ignore

test.each([1, 2, 3])('among many, families stay apart and copies are found (seed %i)', async (seed) => {
  const random = drawn(seed);
  const rows: string[] = [];
  const copies: string[] = [];
  for (let family = 0; family < 120; family += 1) {
    const last = word(random, 4);
    const home = `${last}@gmail.com,(212) 55${5 + (family % 4)}-${String(1000 + family)},${family} ${word(random, 2)} St,Dayton`;
    const start = Math.floor(random() * given.length);
    for (let member = 0; member < 1 + Math.floor(random() * 4); member += 1) {
      const first = given[(start + member * 5) % given.length] as string;
      const born = `19${String(10 + Math.floor(random() * 89))}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}`;
      rows.push(`f${family}m${member},${first},${last},${home},${born}`);
      if (random() < 0.2) {
        rows.push(
          `f${family}m${member}c,${first},${last},${random() < 0.5 ? home : `,,${home.split(',').slice(2).join(',')}`},${born}`,
        );
        copies.push(`f${family}m${member} f${family}m${member}c`);
      }
    }
  }
  const found = await groups(people, rows);
  // By chance two families may have like names and live in one street.
  expect(found.groups.filter((one) => !copies.includes(one)).length).toBeLessThanOrEqual(1);
  expect(copies.filter((one) => !found.groups.includes(one)).length).toBeLessThanOrEqual(0.05 * copies.length);
});

const companies: Task = {
  entity: 'company',
  columns: 'name,street,city,zip,website,phone',
  map: 'name=name,street=street,city=city,postal_code=zip,website=website,phone=phone',
};

test.each([1, 2, 3])(
  'branches of one name and website stay apart, copies of a branch are found (seed %i)',
  async (seed) => {
    const random = drawn(seed);
    const [rows, copies]: [string[], string[]] = [[], []];
    for (let house = 0; house < 150; house += 1) {
      const name = `${word(random, 3)} ${['Tools', 'Foods', 'Clinic', 'Freight'][house % 4]}`;
      const site = `www.${name.replace(' ', '').toLowerCase()}.com`;
      for (let branch = 0; branch < (house % 3 === 0 ? 3 : 1); branch += 1) {
        const at = `${1 + Math.floor(random() * 300)} ${word(random, 2)} Road,${word(random, 2)},${10000 + Math.floor(random() * 80000)}`;
        const phone = `(312) ${200 + Math.floor(random() * 700)}-${1000 + Math.floor(random() * 8999)}`;
        rows.push(`h${house}b${branch},${name},${at},${site},${phone}`);
        if (random() < 0.3) {
          rows.push(`h${house}b${branch}c,${name},${at},${random() < 0.5 ? site : ''},${random() < 0.5 ? phone : ''}`);
          copies.push(`h${house}b${branch} h${house}b${branch}c`);
        }
      }
    }
    const found = await groups(companies, rows);
    expect(found.groups.filter((one) => !copies.includes(one))).toEqual([]);
    expect(copies.filter((one) => !found.groups.includes(one)).length).toBeLessThanOrEqual(0.05 * copies.length);
  },
);

test('years with two digits exchanged are compared, whatever else is mistyped', async () => {
  const task = { ...people, columns: 'first,last,dob', map: 'first_name=first,last_name=last,birth_date=dob' };
  const found = await groups(task, ['a1,Nadezhda,Kovtun,1967-08-14', 'a2,Nadezhdo,Kowtum,1976-08-14', 'b1,Imre,Szalai,1981-01-02']); // prettier-ignore
  expect(found.groups).toEqual(['a1 a2']);
});

test('twins are two; two of one birth date with a slip in the name are one', async () => {
  const [home, other] = [
    'haverkamp3@gmx.de,(212) 555-0111,9 Elm Row,Utica,2009-05-17',
    'roe@gmx.de,,5 Ash Row,Utica,1977-11-30',
  ];
  const rows = [
    `a1,Teresa,Haverkamp,${home}`,
    `a2,Oliver,Haverkamp,${home}`,
    `b1,Dorothea,Roe,${other}`,
    `b2,Dorohtea,Roe,${other}`,
  ];
  expect((await groups(people, rows)).groups).toEqual(['b1 b2']);
});

test.each([1, 2, 3])('of names of companies and nothing else the copies are found (seed %i)', async (seed) => {
  const random = drawn(seed);
  const names = [...new Set(Array.from({ length: 240 }, () => word(random, 5)))];
  const rows = names.map((name, at) => `a${at},${name} ${['Tools', 'Foods', 'Clinic', 'Freight'][at % 4]}`);
  const copies = rows.slice(0, 60).map((row) => row.replace('a', 'b'));
  const found = await groups({ entity: 'company', columns: 'name', map: 'name=name' }, [...rows, ...copies]);
  const right = found.groups.filter((one) => /^a(\d+) b\1$/.test(one));
  expect(right.length).toBeGreaterThanOrEqual(54);
  expect(found.groups.length - right.length).toBeLessThanOrEqual(3);
  const none = await groups({ entity: 'company', columns: 'name', map: 'name=name' }, rows);
  expect(none.groups.length).toBeLessThanOrEqual(1);
});
