/** A file into standardised records: the same whatever the number of threads, the order of its rows and how it is quoted. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { crmColumns } from '../../bench/match/crm-record.ts';
import { crmRecords } from '../../bench/match/crm.ts';
import type { MatchLayout } from '../../src/matcher/definition.ts';
import { readCsv } from '../../src/matcher/read/read-csv.ts';
import type { Records } from '../../src/matcher/read/read-records.ts';
import { findBlocks } from '../../src/matcher/block/candidates.ts';
import { Texts } from '../../src/matcher/compare/texts.ts';

const layout: MatchLayout = {
  entity: 'person',
  fields: ['first_name', 'last_name', 'email', 'phone', 'company', 'city', 'country'],
  extras: [],
};
const names = ['first', 'last', 'email', 'phone', 'company', 'city'];

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-read-'))));
afterAll(() => rm(folder, { recursive: true }));

async function read(lines: string[], threadCount: number): Promise<Records> {
  const file = join(folder, 'records.csv');
  await writeFile(file, ['id', ...crmColumns].join(',') + `\n${lines.join('')}`);
  const { records } = await readCsv(
    file,
    (names) => ({ layout, columns: layout.fields.map((name) => names.indexOf(name)), kept: [names.indexOf('id')] }),
    () => threadCount,
  );
  return records!;
}

/** What is read, in texts. */
async function told(records: Records): Promise<string[]> {
  const keys = Array.from({ length: records.ruleCount }, (_, at) => records.keysByPlace(at));
  const { rows: fine, width } = records.refinements;
  const fineOf = (place: number) => fine.slice(place * width, (place + 1) * width);
  const others = Array.from({ length: records.ruleCount }, (_, rule) => records.otherKeys(rule));
  const table = await records.texts(names);
  const texts = table.columns.map((column, at) => new Texts(column, table.rows, at));
  const rows = Array.from({ length: records.recordCount }, (_, place) =>
    [
      records.kept(0, place),
      ...texts.map((one) => one.text(place)),
      ...keys.map((of) => of[place]),
      ...fineOf(place),
    ].join('|'),
  );
  return [...rows, ...others.map((one) => `${one.places.join(' ')}: ${one.keys.join(' ')}`)];
}

it('reads the same with any number of threads and in any order of the rows', { timeout: 400_000 }, async () => {
  const lines = [...crmRecords(20_000, 3)].map(({ line }, at) => `R${String(at).padStart(6, '0')},${line}`);
  const alone = await told(await read(lines, 0));
  expect(alone.length).toBeGreaterThan(20_000);
  expect(await told(await read(lines, 1))).toEqual(alone);
  expect(await told(await read(lines, 3))).toEqual(alone);
  expect(await told(await read(lines.toReversed(), 2))).toEqual(alone);
});

it('tells a fault far down a file of which threads read the start already', { timeout: 60_000 }, async () => {
  const lines = [...crmRecords(30_000, 3)].map(({ line }, at) => `R${at},${line}`);
  await expect(read([...lines, 'R,1\n'], 2)).rejects.toThrow(/the row has 2 cells/);
  await expect(read([...lines, 'R,"\n'], 2)).rejects.toThrow(/never closed/);
});

it('finds the same blocks with any number of threads', { timeout: 60_000 }, async () => {
  const lines = [...crmRecords(20_000, 3)].map(({ line }, at) => `R${String(at).padStart(6, '0')},${line}`);
  const records = await read(lines, 0);
  const found = async (threadCount: number) =>
    findBlocks(records, () => ({ places: new Int32Array(0), keys: new Int32Array(0) }), null, threadCount);
  const alone = await found(0);
  expect(alone.blocks.pairCount).toBeGreaterThan(10_000);
  expect([...alone.counts.values()].some(({ cappedKeyCount }) => cappedKeyCount > 0)).toBe(true);
  expect(await found(1)).toEqual(alone);
  expect(await found(3)).toEqual(alone);
});

it('reads quoted cells, doubled quotes, line breaks in cells, CRLF, other scripts and empty lines', async () => {
  const cells = (first: string, last: string, company: string) =>
    ['Contact', first, last, '', '', company, '', '', '', '', '', '', '', ''].join(',');
  const lines = [
    `1,${cells('"Ann"', '"O""Neil"', '"Acme, Inc"')}\r\n`,
    '\n',
    `2,${cells('Zoë', '"Mül\nler"', '株式会社トヨタ')}\n`,
    `3,${cells('', '""', '')}`,
  ];
  const records = await read(lines, 0);
  const table = await records.texts(names);
  const text = (name: string, place: number) =>
    new Texts(table.columns[names.indexOf(name)]!, table.rows, names.indexOf(name)).text(place);
  expect(records.recordCount).toBe(3);
  expect([text('first', 0), text('last', 0), text('company', 0)]).toEqual(['ann', 'o neil', 'acme']);
  expect([text('first', 1), text('last', 1), text('company', 1)]).toEqual(['zoe', 'mul ler', 'トヨタ']);
  expect([text('first', 2), text('last', 2), text('company', 2)]).toEqual([null, null, null]);
});
