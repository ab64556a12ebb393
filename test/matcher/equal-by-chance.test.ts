import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';

const families = 'Abbott Barnes Calder Dalton Emery Farrow Gaines Hobart Ingram Jarvis Keller Lawson Mercer Norris Osborn Parker Quincy Rhodes Sutton Tanner Upton Vernon Walton Yardley Zeller Ashby Benson Carver Dorsey Ellis'.split(' '); // prettier-ignore
const forms = ['Inc', 'LLC', 'Ltd', 'PLC'];

/** Each family has a firm of some of the forms, and some pairs of families have one. */
function firms(): string[] {
  const alone = families.flatMap((family, at) =>
    forms.filter((_, form) => at % 3 !== 0 || form === at % 4).map((form) => `${family} ${form}`),
  );
  const together = families.map((family, at) => `${family}-${families[(at * 7 + 11) % families.length]}`);
  return [...alone, ...together];
}

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-chance-'))));
afterAll(() => rm(folder, { recursive: true }));

/** @returns the pairs of one group, and those a reviewer is asked about, each as the two names */
async function match(names: readonly string[]) {
  const file = join(folder, 'list.csv');
  await writeFile(file, ['id,name', ...names.map((name, at) => `${at},${name}`), ''].join('\n'));
  const [out, pairs] = [join(folder, 'clusters.csv'), join(folder, 'pairs.csv')];
  await matchFile({ file, entity: 'company', id: 'id', map: 'name=name', out, pairs });
  const rowsOf = async (name: string) =>
    (await readFile(name, 'utf8')).trim().split('\n').slice(1).map((line) => line.split(',')); // prettier-ignore
  const nameOf = (id = '') => names[Number(id)];
  const linked = (await rowsOf(out)).filter(([id, cluster]) => id !== cluster);
  return {
    linked: linked.map(([id, cluster]) => [nameOf(id), nameOf(cluster)]),
    asked: (await rowsOf(pairs)).filter((cells) => cells[4] === 'review').map(([l, r]) => [nameOf(l), nameOf(r)]),
  };
}

describe('in a list of companies called by family names', () => {
  test('two of one name and two legal forms are two, and copies are found', async () => {
    const all = firms();
    const copies = [3, 17, 40, 66, 90].map((at) => all[at] as string);
    const { linked } = await match([...all, ...copies]);
    expect(linked.map(([one]) => one).sort()).toEqual([...copies].sort());
    expect(linked.every(([one, other]) => one === other)).toBe(true);
  });

  test('family names that are alike are no slips where other firms have each', async () => {
    const alike = [
      'Barnes-Calder',
      'Barnet-Calder',
      'Barnet-Ellis',
      'Barnet Ltd',
      'Dalton-Ellis',
      'Daltan-Ellis',
      'Daltan PLC',
    ];
    const { linked } = await match([...firms(), ...alike, 'Calder Inc', 'Osborn PLC']);
    expect(linked.map(([one]) => one).sort()).toEqual(['Calder Inc', 'Osborn PLC']);
  });

  test('the order of the two families tells two firms apart', async () => {
    const { linked, asked } = await match([...firms(), 'Farrow-Yardley', 'Yardley-Farrow', 'Calder Inc', 'Osborn PLC']);
    expect(linked.flat()).not.toContain('Yardley-Farrow');
    expect(linked).toHaveLength(2);
    expect(asked.flat()).not.toContain('Calder LLC');
  });
});

test('a list whose copies now and then have another form links them all the same', async () => {
  const [heads, tails] = ['Veltor Quanix Mirado Solven Tarkio Brondel Ostrava Pelican Kestrel Nimbus'.split(' '), 'Foods Optics Marine Freight Labs Tooling'.split(' ')]; // prettier-ignore
  const names = heads.flatMap((head) => tails.map((tail) => `${head} ${tail}`));
  const list = names.map((name, at) => `${name} ${forms[at % 4]}`);
  const copies = names.slice(0, 24).map((name, at) => `${name} ${forms[(at + (at % 12 === 0 ? 1 : 0)) % 4]}`);
  const { linked } = await match([...list, ...copies]);
  expect(linked).toHaveLength(24);
});
