import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readColumns, readHeader, writeRows } from '../../bench/csv.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))));
afterAll(() => rm(folder, { recursive: true }));

async function read(file: string, names: string[]): Promise<string[][]> {
  const rows: string[][] = [];
  await readColumns(file, names, (values) => rows.push(values));
  return rows;
}

test('chosen columns, quotes and line breaks inside values', async () => {
  const file = join(folder, 'quoted.csv');
  await writeFile(file, '\uFEFFid,name,note\n1,"Lee, ""Bo""","two\nlines"\n2,Ann,\n');
  expect(await readHeader(file)).toEqual(['id', 'name', 'note']);
  expect(await read(file, ['note', 'id', 'name'])).toEqual([
    ['two\nlines', '1', 'Lee, "Bo"'],
    ['', '2', 'Ann'],
  ]);
});

test('a missing column is named', async () => {
  const file = join(folder, 'short.csv');
  await writeFile(file, 'id\n1\n');
  await expect(read(file, ['id', 'name'])).rejects.toThrow(/has no column name; it has id/);
});

test('what is written is read again', async () => {
  const cell = fc.string({ maxLength: 6, unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é') });
  const file = join(folder, 'any.csv');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 20 }), async (rows) => {
      await writeRows(file, [['a', 'b'], ...rows]);
      expect(await read(file, ['a', 'b'])).toEqual(rows);
    }),
  );
});
