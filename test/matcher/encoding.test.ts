/** Lists as people export them: any encoding, any delimiter. Nothing of them is left behind. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';
import { encodingOf } from '../../src/matcher/read/encoding.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-encoding-'));
  // Of its own: copies of other tests that run now are none of ours.
  vi.stubEnv('TMPDIR', folder);
});
afterAll(() => rm(folder, { recursive: true }));

const rows = [
  ['Nr', 'Vorname', 'Nachname', 'E-Mail'],
  ['1', 'Jürgen', 'Größmann', 'j.groessmann@kabelwerk.de'],
  ['2', 'JÜRGEN', 'GRÖSSMANN', 'j.groessmann@kabelwerk.de'],
  ['3', 'Käthe', 'Öhlschläger', 'k@werft.de'],
  ['4', 'Björn', 'Müßig', ''],
];
const csvBy = (delimiter: string) => rows.map((row) => `${row.join(delimiter)}\r\n`).join('');
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

async function run(csv: string | Buffer, extra: object = {}) {
  const file = join(folder, 'Kunden.csv');
  const [out, report] = [join(folder, 'groups.csv'), join(folder, 'report.json')];
  await writeFile(file, csv);
  const lines: string[] = [];
  const map = 'first_name=Vorname,last_name=Nachname,email=E-Mail';
  const options = { file, entity: 'person', id: 'Nr', map, out, report, progress: (line: string) => lines.push(line) };
  const told = await matchFile({ ...options, ...extra });
  return {
    encoding: told.encoding,
    lines,
    groups: await readFile(out, 'utf8'),
    report: await readFile(report, 'utf8'),
  };
}

const copies = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('assay-copy-')).length;

test.each([
  ['utf-8', ';', csvBy(';')],
  ['utf-8', '|', csvBy('|')],
  ['utf-8', 'tab, with a mark', `\ufeff${csvBy('\t')}`],
  ['windows-1252', ';', Buffer.from(csvBy(';'), 'latin1')],
  ['utf-16le', 'with its mark', Buffer.from(`\ufeff${csvBy(';')}`, 'utf16le')],
  ['utf-16le', 'without one', Buffer.from(csvBy('\t'), 'utf16le')],
  ['utf-16be', 'with its mark', bigEndian(`\ufeff${csvBy(',')}`)],
])('%s, %s: read, and the encoding is in the report', async (encoding, _delimiter, csv) => {
  const before = await copies();
  const found = await run(csv);
  expect(found.encoding).toBe(encoding);
  expect(JSON.parse(found.report)).toMatchObject({ encoding, recordCount: 4 });
  expect(found.groups).toBe('id,cluster_id\n1,1\n2,1\n3,3\n4,4\n');
  expect(found.lines.some((line) => line.includes(`read as ${encoding}`))).toBe(encoding !== 'utf-8');
  expect(await copies()).toBe(before);
});

test('a fault of a file in another encoding names the file that was given, and leaves no copy', async () => {
  const before = await copies();
  const twice = Buffer.from(`${csvBy(';')}1;Änne;Lütge;\r\n`, 'latin1');
  await expect(run(twice)).rejects.toThrow(/Kunden\.csv, line 6, column "Nr": the id "1" was used before/);
  await expect(run(Buffer.from(csvBy(';'), 'latin1'), { id: 'Kennung' })).rejects.toThrow(/Kunden\.csv, line 1/);
  expect(await copies()).toBe(before);
});

test('a header whose names hold a delimiter of their own', async () => {
  const csv = 'Nr;Name, Vorname\n1;Größmann, Jürgen\n2;Öhlschläger, Käthe\n3;Grossmann, Jürgen\n';
  const { groups } = await run(csv, { map: 'full_name=Name, Vorname' });
  expect(groups.split('\n')).toHaveLength(5);
  const quoted = 'Nr,Vorname,Nachname,"a;b;c;d;e",E-Mail\n1,Ann,Lee,x,\n2,Bo,Ray,"y,z",\n';
  expect((await run(quoted)).groups).toBe('id,cluster_id\n1,1\n2,2\n');
});

test('letters of other alphabets are told by what is written with them', () => {
  const bytes = (codes: string) => Buffer.from(codes.replaceAll(' ', ''), 'hex');
  // Сергей Соколов, Москва and Мария Ильина, Казань, as Windows writes them.
  const russian = bytes(
    'd1e5f0e3e5e9 20 d1eeeaeeebeee2 3b cceef1eae2e0 0a cce0f0e8ff 20 c8ebfce8ede0 3b cae0e7e0edfc 0a',
  );
  expect(encodingOf(Buffer.concat([russian, russian, russian]))).toBe('windows-1251');
});

test('UTF-8 with a broken byte is no other encoding', () => {
  expect(encodingOf(Buffer.concat([Buffer.from(csvBy(';')), Buffer.from([0xe9])]))).toBeNull();
});
