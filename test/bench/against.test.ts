import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkOut, difference, differenceTable } from '../../bench/accuracy/against.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet, Labelled } from '../../bench/accuracy/data-set.ts';

const labelled: Labelled = {
  columns: ['id', 'first', 'last', 'email'],
  rows: [
    ['1', 'Ada', 'Quellmalz', 'ada.quellmalz@fernbach.example'],
    ['2', 'Ada', 'Quellmalz', 'ada.quellmalz@fernbach.example'],
    ['3', 'Bo', 'Tannhauser', 'bo.tannhauser@ostwerk.example'],
  ],
  truth: ['a', 'a', 'b'],
};
const set: DataSet = {
  name: 'three',
  madeBy: 'by hand',
  kind: 'held-out',
  entity: 'person',
  id: 'id',
  map: { first_name: 'first', last_name: 'last', email: 'email' },
  load: async () => labelled,
};

test('the engine of another commit is checked out beside this one, runs, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  const other = await checkOut('HEAD');
  try {
    expect(existsSync(other.command)).toBe(true);
    const found = await difference(set, labelled, folder, other);
    expect(found).toMatchObject({ name: 'three', records: 3, sameClusters: true, samePairs: true });
    expect(found.now.clusters).toEqual(found.before.clusters);
  } finally {
    await other.remove();
    await rm(folder, { recursive: true });
  }
  expect(existsSync(other.command)).toBe(false);
});

test('a commit that is none is refused', async () => {
  await expect(checkOut('no-such-commit')).rejects.toThrow('no-such-commit');
});

test('clusters that differ are shown, and counted', () => {
  const prf = { precision: 1, recall: 1, f1: 1 };
  const pairwise = { ...prf, truePairs: 4, foundPairs: 4, rightPairs: 4 };
  const outcome = { clusters: { pairwise, bCubed: prf }, cpuSeconds: 1 };
  const worse = { ...outcome, clusters: { ...outcome.clusters, pairwise: { ...pairwise, f1: 0.5, rightPairs: 2 } } };
  const differences = [
    { name: 'same', madeBy: 'x', records: 9, sameClusters: true, samePairs: true, before: outcome, now: outcome },
    { name: 'other', madeBy: 'x', records: 9, sameClusters: false, samePairs: false, before: outcome, now: worse },
  ];
  const text = differenceTable(differences, 'abc1234');
  expect(text).toMatch(/^other\s+x\s+9\s+DIFFER\s+differ\s+1\.0000\s+0\.5000\s+-0\.5000\s+0\s+2\s+0\s+2/m);
  expect(text).toContain('1 of 2 sets; mean F1 1.0000 -> 0.7500');
  expect(text).toContain('fell by more than 0.01: other -0.5000');
  expect(text).toContain('rose by more than 0.01: none');
});
