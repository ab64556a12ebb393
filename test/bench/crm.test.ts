import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readColumns } from '../../bench/csv.ts';
import { crmColumns } from '../../bench/match/crm-record.ts';
import { readByRow } from '../../bench/match/crm-set.ts';
import { crmRecords, writeCrm } from '../../bench/match/crm.ts';
import { writeEdited, writeGrown, writeShuffled } from '../../bench/match/variants.ts';

const count = 4000;
let folder = '';
let files = { records: '', added: '', truth: '' };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-crm-'));
  files = { records: join(folder, 'r.csv'), added: join(folder, 'a.csv'), truth: join(folder, 't.csv') };
  await writeCrm(crmRecords(count * 1.1, 1), count, files);
});
afterAll(() => rm(folder, { recursive: true }));

const lines = async (file: string) => (await readFile(file, 'utf8')).trimEnd().split('\n');

test('the same seed gives the same CRM, another another', () => {
  const first = (seed: number) => [...crmRecords(300, seed)];
  expect(first(1)).toEqual(first(1));
  expect(first(1)).not.toEqual(first(2));
});

test('every record has its truth in a file apart, and about 15 in 100 are copies', async () => {
  const truth = await readByRow(files.truth, 'record_id', 'person_id', count * 1.1);
  const copies = truth.length - new Set(truth).size;
  expect(copies / truth.length).toBeGreaterThan(0.12);
  expect(copies / truth.length).toBeLessThan(0.18);
  expect((await lines(files.records))[0]).toBe(['record_id', ...crmColumns].join(','));
  expect(await lines(files.records)).toHaveLength(count + 1);
  expect(await lines(files.added)).toHaveLength(count / 10 + 1);
});

test('a few names are very common and most are rare', async () => {
  const counts = new Map<string, number>();
  await readColumns(files.records, ['last_name'], ([name = '']) => counts.set(name, (counts.get(name) ?? 0) + 1));
  const ranked = [...counts.values()].sort((a, b) => b - a);
  expect(ranked[0]).toBeGreaterThan(20);
  expect(ranked.filter((times) => times === 1).length).toBeGreaterThan(ranked.length / 3);
});

test('grown, edited and shuffled: what changes and what stays', async () => {
  const file = join(folder, 'variant.csv');
  const base = await lines(files.records);
  await writeGrown(files, file);
  expect(await lines(file)).toEqual([...base, ...(await lines(files.added)).slice(1)]);
  const edited = await writeEdited(files.records, file, 0.1);
  const after = await lines(file);
  const differing = base.flatMap((line, at) => (line === after[at] ? [] : [at - 1]));
  expect(differing.every((row) => edited.has(row))).toBe(true);
  expect(differing.length).toBeGreaterThan(count * 0.06);
  await writeShuffled(files.records, file);
  const shuffled = await lines(file);
  expect(shuffled[0]).toBe(base[0]);
  expect(shuffled).not.toEqual(base);
  expect(shuffled.sort()).toEqual(base.sort());
});

test('a record missing from a file of clusters is an error', async () => {
  await expect(readByRow(files.truth, 'record_id', 'person_id', count)).rejects.toThrow(
    /4400 rows, 4000 were expected/,
  );
});
