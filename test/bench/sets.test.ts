import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepare, type Labelled } from '../../bench/accuracy/data-set.ts';
import { readClusters, readPairs } from '../../bench/accuracy/read-pairs.ts';
import { allSets, heldOutSets } from '../../bench/accuracy/sets/all.ts';
import { scoreClusters } from '../../bench/accuracy/score.ts';
import { shapeSets } from '../../bench/accuracy/sets/shapes/all.ts';
import { matchArguments } from '../../bench/peers/assay.ts';
import { writeRows } from '../../bench/csv.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-sets-'))));
afterAll(() => rm(folder, { recursive: true }));

const load = async (name: string): Promise<Labelled> => {
  const labelled = await heldOutSets.find((set) => set.name === name)?.load({ data: '', peers: '', seed: 20_261 });
  if (!labelled || 'reason' in labelled) throw new Error(`${name} was not made`);
  return labelled;
};

describe.each(heldOutSets.map((set) => [set.name, set] as const))('%s', (name, set) => {
  test('is the same every time, has every mapped column, and ids that tell nothing', async () => {
    const labelled = await load(name);
    expect(await load(name)).toEqual(labelled);
    const named = [set.id, set.source, ...Object.values(set.map), ...Object.keys(set.compare ?? {})];
    expect(labelled.columns).toEqual(expect.arrayContaining(named.filter((column) => column !== undefined)));
    expect(labelled.rows.map(([id]) => id)).toEqual(labelled.rows.map((_, at) => String(at + 1)));
    expect(labelled.rows.every((row) => row.length === labelled.columns.length)).toBe(true);
    expect(labelled.truth).toHaveLength(labelled.rows.length);
  });
});

const clusterSizes = ({ truth }: Labelled): number[] => {
  const sizes = new Map<string, number>();
  for (const entity of truth) sizes.set(entity, (sizes.get(entity) ?? 0) + 1);
  return [...sizes.values()];
};

test('the kinds are what their names say', async () => {
  expect(Math.max(...clusterSizes(await load('no_duplicates')))).toBe(1);
  const large = clusterSizes(await load('large_clusters'));
  expect([Math.min(...large), Math.max(...large)]).toEqual([5, 20]);
  const two = await load('two_sources');
  const system = two.columns.indexOf('system');
  const once = new Set(two.rows.map((row, at) => `${row[system]} ${two.truth[at]}`));
  expect(once.size).toBe(two.rows.length);
  const oneWord = (await load('one_word_names')).rows.filter((row) => !row[1]?.includes(' '));
  expect(oneWord.length).toBeGreaterThan(700);
});

test('the file to match and the options have no column of truth', async () => {
  const set = heldOutSets.find(({ name }) => name === 'two_sources')!;
  const prepared = await prepare(set, await load('two_sources'), folder);
  expect((await readFile(prepared.file, 'utf8')).split('\n')[0]).toBe(
    'id,system,first,last,email,mobile,street,city,zip',
  );
  expect(matchArguments(prepared, { out: 'c.csv', pairs: 'p.csv', report: 'r.json' })).toEqual(
    `match ${prepared.file} --entity person --id id --map first_name=first,last_name=last,email=email,phone=mobile,street=street,city=city,postal_code=zip --source system --out c.csv --report r.json --pairs p.csv`.split(
      ' ',
    ),
  );
});

describe('the shapes that users bring', () => {
  const small = shapeSets.filter(({ rowCount }) => rowCount! <= 300);

  test.each(small.map((set) => [set.name, set] as const))('%s', async (name, set) => {
    const made = await set.load({ data: '', peers: '', seed: 5 });
    const again = await set.load({ data: '', peers: '', seed: 5 });
    const other = await set.load({ data: '', peers: '', seed: 6 });
    if ('reason' in made) throw new Error(made.reason);
    expect(again).toEqual(made);
    expect(other).not.toEqual(made);
    expect(made.rows.every((row) => row.length === made.columns.length)).toBe(true);
    expect(made.columns).toEqual(
      expect.arrayContaining([...Object.values(set.map), ...Object.keys(set.compare ?? {})]),
    );
    const [size, share] = name.split('_').slice(-2).map(Number) as [number, number];
    const copies = made.rows.length - clusterSizes(made).length;
    if (set.source === undefined) expect([made.rows.length, copies]).toEqual([size, Math.round((size * share) / 100)]);
    else expect(copies).toBe(Math.round((size * Math.min(50, share)) / 100));
  });

  test('of names spelt the same the copies are spelt the same, and misspelt ones are not', async () => {
    const rowsOf = async (name: string) => (await shapeSets.find((set) => set.name === name)!.load({ data: '', peers: '', seed: 3 })) as Labelled; // prettier-ignore
    const distinct = ({ rows, truth }: Labelled) => new Set(rows.map(([, ...cells], at) => `${truth[at]} ${cells.join(' ')}`)).size; // prettier-ignore
    const [exact, slips] = [await rowsOf('names_exact_300_20'), await rowsOf('names_slips_300_20')];
    expect(distinct(exact)).toBe(clusterSizes(exact).length);
    expect(distinct(slips)).toBeGreaterThan(clusterSizes(slips).length + 40);
  });
});

test('of pairs that are judged only these count, whatever else is together', async () => {
  const set = { ...heldOutSets[0]!, name: 'judged' };
  const rows = ['l1', 'r1', 'l2', 'r2'].map((id) => [id]);
  const judged = [['l1', 'r1'], ['l2', 'r2']] as const; // prettier-ignore
  const prepared = await prepare(set, { columns: ['id'], rows, truth: ['a', 'a', 'b', 'c'], judged }, folder);
  const file = join(folder, 'judged.csv');
  await writeRows(file, [['id', 'cluster_id'], ['l1', 'x'], ['r1', 'x'], ['l2', 'x'], ['r2', 'x']]); // prettier-ignore
  const { pairwise } = scoreClusters(await readClusters(file, prepared), prepared.truth);
  expect(pairwise).toMatchObject({ truePairs: 1, foundPairs: 2, rightPairs: 1 });
  const pairs = join(folder, 'judged-pairs.csv');
  await writeRows(pairs, [['id_l', 'id_r', 'match_weight'], ['l1', 'r1', '5'], ['l1', 'r2', '4']]); // prettier-ignore
  expect([...(await readPairs(pairs, prepared)).weight]).toEqual([5]);
});

test('names of sets are unique', () => {
  expect(new Set(allSets.map(({ name }) => name)).size).toBe(allSets.length);
});

test('clusters and pairs of a file index the records; a record missing, doubled or unknown is an error', async () => {
  const set = { ...heldOutSets[0]!, name: 'tiny', source: 'system' };
  const columns = ['id', 'system'];
  const rows = [
    ['1', 'crm'],
    ['1', 'shop'],
    ['2', 'shop'],
  ];
  const prepared = await prepare(set, { columns, rows, truth: ['a', 'a', 'b'] }, folder);
  const file = join(folder, 'out.csv');
  const header = ['id', 'source', 'cluster_id'];
  await writeRows(file, [header, ['2', 'shop', 'x'], ['1', 'crm', 'y'], ['1', 'shop', 'y']]);
  expect([...(await readClusters(file, prepared))]).toEqual([0, 0, 1]);
  await writeRows(file, [header, ['2', 'shop', 'x'], ['1', 'crm', 'y']]);
  await expect(readClusters(file, prepared)).rejects.toThrow(/no row for the record shop:1/);
  await writeRows(file, [header, ['2', 'shop', 'x'], ['2', 'shop', 'y']]);
  await expect(readClusters(file, prepared)).rejects.toThrow(/2 twice/);
  await writeRows(file, [
    ['id_l', 'id_r', 'match_weight', 'decision'],
    ['crm:1', '2', '3.5', 'link'],
  ]);
  expect(await readPairs(file, prepared)).toEqual({
    left: Int32Array.of(0),
    right: Int32Array.of(2),
    weight: Float64Array.of(3.5),
    decisions: ['link'],
  });
  await writeRows(file, [
    ['id_l', 'id_r', 'match_weight'],
    ['1', '2', '3.5'],
  ]);
  await expect(readPairs(file, prepared)).rejects.toThrow(/names the record 1, which/);
});
