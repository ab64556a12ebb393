/** Lists as reports and spreadsheets export them: `sep=`, titles above, lines below, no names of columns, names that are there twice. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readList } from '../../src/lookup/list-file.ts';
import { matchFile } from '../../src/matcher/match-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-exported-'));
  // Copies are made where nobody else makes any.
  process.env['TMPDIR'] = folder;
});
afterAll(() => rm(folder, { recursive: true }));

async function run(csv: string | Buffer, extra: object = {}) {
  const [file, out] = [join(folder, 'list.csv'), join(folder, 'groups.csv')];
  await writeFile(file, csv);
  const told: string[] = [];
  const report = await matchFile({ file, out, progress: (line) => told.push(line), ...extra });
  return { report, told, groups: (await readFile(out, 'utf8')).trim().split('\n').slice(1) };
}

const people = [
  ['Nele', 'Harmsen', 'nele.harmsen@werft.de', '0461 778120', 'Flensburg'],
  ['Bogdan', 'Ilic', 'b.ilic@posteo.de', '0621 99120', 'Mannheim'],
  ['Nele', 'Harmsen', 'nele.harmsen@werft.de', '', 'Flensburg'],
  ['Swantje', 'Onken', '', '04921 5512', 'Emden'],
];
const names = ['Vorname', 'Nachname', 'E-Mail', 'Telefon', 'Ort'];
const lines = (delimiter: string, rows = [names, ...people]) =>
  rows.map((row) => `${row.join(delimiter)}\r\n`).join('');
const copies = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('assay-copy-')).length;

test.each([
  ['sep=; as Excel writes it', `sep=;\r\n${lines(';')}`, ['2,2', '3,3', '4,2', '5,5']],
  ['sep=; behind a mark', `\ufeffsep=;\r\n${lines(';')}`, ['2,2', '3,3', '4,2', '5,5']],
  ['a title and an empty line', `Kunden, Stand 3.1.2026\r\n\r\n${lines(',')}`, ['4,4', '5,5', '6,4', '7,7']],
  ['a title filled up with cells', `Kunden;;;;\r\n;;;;\r\n${lines(';')}`, ['4,4', '5,5', '6,4', '7,7']],
  [
    'what a report writes below',
    `${lines(',')}\r\n"Grand Totals (4 records)"\r\n\r\n"Acme GmbH"\r\n`,
    ['2,2', '3,3', '4,2', '5,5'],
  ],
  ['a column without a name', lines(';').replace('Ort', ''), ['2,2', '3,3', '4,2', '5,5']],
])('%s', async (_, csv, expected) => {
  const before = await copies();
  const { groups, told } = await run(csv);
  expect(groups).toEqual(expected);
  expect(told.join(' ')).toContain('compared by first_name=Vorname, last_name=Nachname, email=E-Mail, phone=Telefon');
  expect(await copies()).toBe(before);
});

test('a list without names of columns: they are called by their places, and known by what stands in them', async () => {
  const { groups, told } = await run(lines(',', people));
  expect(groups).toEqual(['1,1', '2,2', '3,1', '4,4']);
  expect(told[0]).toBe('The first line is a record, so the columns are called column 1 to column 5.');
  expect(told[1]).toContain('first_name=column 1, last_name=column 2, email=column 3, phone=column 4, city=column 5');
  const named = await run(lines(',', people), { map: 'full_name=column 2,email=column 3' });
  expect(named.told[1]).toContain('full_name=column 2, email=column 3.');
});

test('names alone, without the name of the column', async () => {
  const rows = ['Helene Marsh', 'Gustav Renner', 'Olga Petrenko', 'Paul Ahlers', 'Helene Marsh'];
  const { report } = await run(rows.map((name, at) => `${name},${['Kiel', 'Ulm'][at % 2]},\n`).join(''));
  expect(report.recordCount).toBe(5);
});

test('what is no title and no footer is left, and told as a fault', async () => {
  // A name too few in the header is a fault, not a title.
  await expect(run(lines(';').replace(';Ort', ''))).rejects.toThrow(
    /line 2.*the row has 5 cells where the header has 4/,
  );
  // A file that was cut off within its last row.
  await expect(run(`${lines(';')}Jan;Ott`)).rejects.toThrow(/line 6.*the row has . cells where the header has/);
  // Two columns of one name: whoever names it has to say which.
  const twice = 'Name,Mail,Mail\nAnn Lee,a@lee.io,ann@x.org\nBo Ray,,b@ray.io\n';
  expect((await run(twice)).told[0]).toContain('email=Mail.');
  await expect(run(twice, { entity: 'person', id: 'Name', map: 'email=Mail' })).rejects.toThrow(
    /stands for two columns/,
  );
});

test('lines are counted from where the list begins, and the fault says where that is', async () => {
  const csv = `Kunden\r\n\r\n${lines(';').replace('Bogdan;Ilic', 'Bogdan')}`;
  await expect(run(csv)).rejects.toThrow(/list\.csv from line 3 on, line 3, .*: the row has 4 cells/);
});

test('a house number in a column of its own is part of the street without being told', async () => {
  const rows =
    'Surname,Forename,House No,Street,Postcode\nHale,Tom,8,Elm Grove,BN2 3ES\nHale,Tim,8,Elm Grove,BN2 3ES\n';
  const { told } = await run(rows);
  expect(told[0]).toContain('its number=House No');
});

test('a list to check is read the same way, and its lines are those of the file', async () => {
  const { header, rows } = await readList(Buffer.from(`sep=;\r\n${lines(';')}`), 'fair.csv');
  expect(header).toEqual(names);
  expect(rows[0]).toEqual({ line: 3, cells: people[0] });
  const bare = await readList(Buffer.from(lines(',', people)), 'fair.csv');
  expect(bare.header).toEqual(['column 1', 'column 2', 'column 3', 'column 4', 'column 5']);
  expect(bare.rows[0]).toEqual({ line: 1, cells: people[0] });
});
