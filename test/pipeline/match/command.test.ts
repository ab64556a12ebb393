import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchFile } from '../../../src/pipeline/match/command.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-match-'))));
afterAll(() => rm(folder, { recursive: true }));

async function run(csv: string | Buffer, extra: object = {}) {
  const file = join(folder, 'records.csv');
  await writeFile(file, csv);
  const out = join(folder, 'clusters.csv');
  const map = 'first_name=first,last_name=last,email=mail';
  const report = await matchFile({ file, entity: 'person', id: 'id', map, out, ...extra });
  return { report, written: await readFile(out, 'utf8') };
}

test('one row for every record, the same person under one id, Jr and Sr apart', async () => {
  const { written, report } = await run(
    'id,first,last,mail\n1,Robert,Szymborski,bob@acme.io\n2,Bob,Szymborski,bob@acme.io\n3,Ann,Lee,\n4,John,Kowalczyk Jr,j@k.io\n5,John,Kowalczyk Sr,j@k.io\n',
  );
  expect(written).toBe('id,cluster_id\n1,1\n2,1\n3,3\n4,4\n5,5\n');
  expect(report.recordCount).toBe(5);
});

test.each([
  ['id,first,last,mail\n1,a,b,c\n1,d,e,f\n', {}, /line 3, column "id".*"1" was used before/],
  ['id,first,last\n1,a,b\n', {}, /line 1, column "mail": there is no such column/],
  ['id,first,last,mail\n,a,b,c\n', {}, /line 2, column "id": the id is empty/],
  ['id,first,last,mail\n1,"a,b,c\n', {}, /line \d/],
  ['', {}, /the file is empty/],
  ['id,first,last,mail\n', {}, /line 2, column "id": there is no row/],
  ['id,first,last,mail\n1,a,b,c\n2,a,b\n', {}, /line 3, column "last": the row has 3 cells where the header has 4/],
  ['id,first,last,mail\n1,a\0b,c,d\n', {}, /line 2, column "first": there is a NUL byte/],
  [
    Buffer.from('id,first,last,mail\n1,Jos\u00e9,c,d\n', 'latin1'),
    {},
    /line 2, column "first": the bytes are not UTF-8/,
  ],
  ['id,first,last,mail\n1,"a"b,c,d\n', {}, /line 2, column "first": there is text after the closing quote/],
  [`id,first,last,mail\n1,${'x'.repeat(2_100_000)},c,d\n`, {}, /line 2, column "first": the cell is longer/],
  ['id,first,first,last,mail\n1,a,b,c,d\n', {}, /line 1, column "first": the name stands for two columns/],
  ['id,first,last,mail\n', { map: 'nose=first' }, /--map "nose=first"/],
  ['id,first,last,mail\n', { compare: 'first:smell' }, /--compare "first:smell"/],
])('a bad file or option says where: %j %j', async (csv, extra, message) => {
  await expect(run(csv, extra)).rejects.toThrow(message);
});

test('the order of the rows does not show', async () => {
  const rows = [
    '1,Robert,Szymborski,bob@acme.io',
    '2,Bob,Szymborski,bob@acme.io',
    '3,Ann,Lee,',
    '10,Anne,Lee,al@z.io',
    '4,Ann,Lee,al@z.io',
  ];
  const file = (order: string[]) => `id,first,last,mail\n${order.join('\n')}\n`;
  const { written } = await run(file(rows));
  expect((await run(file(rows.toReversed()))).written).toBe(written);
});
