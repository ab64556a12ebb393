import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { crmColumns } from '../../bench/match/crm-record.ts';
import { crmRecords } from '../../bench/match/crm.ts';
import { matchFile } from '../../src/matcher/match-file.ts';

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
    Buffer.concat([
      Buffer.from('id,first,last,mail\n1,Jos\u00e9,Nu\u00f1ez,d\n2,Zo\u00eb,'),
      Buffer.from([0xe9, 0x2c, 0x64, 0x0a]),
    ]),
    {},
    /line 3, column "last": the bytes are not UTF-8/,
  ],
  ['id,first,last,mail\n1,"a"b,c,d\n', {}, /line 2, column "first": there is text after the closing quote/],
  [`id,first,last,mail\n1,${'x'.repeat(2_100_000)},c,d\n`, {}, /line 2, column "first": the cell is longer/],
  [
    `id,first,last,mail\n1,"a,b,c\n${'2,d,e,f\n'.repeat(140_000)}`,
    {},
    /line 2, column "first": the cell is longer than 1048576 bytes; is the quote opened here closed/,
  ],
  ['id,first,first,last,mail\n1,a,b,c,d\n', {}, /line 1, column "first": the name stands for two columns/],
  ['id,first,last,mail,mail\n1,a,b,c,d\n', { id: 'mail' }, /line 1, column "mail": the name stands for two columns/],
  [
    'id,given\n1,a\n',
    {},
    /line 1, columns "first", "last", "mail": there is no such column; the columns are id, given/,
  ],
  ['id first\n1 a\n', {}, /the only one is "id first"; columns are separated by a comma, a semicolon, a tab or a pipe/],
  ['', { map: 'nose=first' }, /--map "nose=first"/],
  ['', { map: 'first_name=first,first_name=last' }, /--map gives first_name two columns, "first" and "last"/],
  ['', { map: 'full_name=first,last_name=' }, /--map "last_name="/],
  ['', { map: 'name=first' }, /--map name: nothing of a person is compared by it/],
  ['', { map: 'first_name=first,full_name=last', entity: 'company' }, /nothing of a company is compared by these/],
  ['', { compare: 'first:smell' }, /--compare "first:smell"/],
  ['', { compare: 'first:text,last:text,first:id' }, /--compare names the column "first" twice/],
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

test('names of columns may hold a comma', async () => {
  const csv = 'id,"first, given","last, family",mail,"size, cm"\n1,Ann,Lee,ann@lee.io,5\n2,Ann,Lee,ann@lee.io,5\n';
  const map = 'first_name=first, given,last_name=last, family,email=mail';
  const { written } = await run(csv, { map, compare: 'size, cm:number,mail:id' });
  expect(written).toBe('id,cluster_id\n1,1\n2,1\n');
});

test('a mapped field that the entity has no use for is told', async () => {
  const lines: string[] = [];
  const csv = 'id,first,last,mail\n1,Ann,Lee,ann@lee.io\n';
  await run(csv, { map: 'name=first,email=mail', progress: (line: string) => lines.push(line) });
  expect(lines[0]).toBe('--map name: nothing of a person is compared by it');
});

test('pairs that no rule could bring together for too many share a key are told', async () => {
  const lines: string[] = [];
  const rows = Array.from({ length: 400 }, (_, at) => `${at},John,Smith,j${at}@s${at}.io\n`);
  await run(`id,first,last,mail\n${rows.join('')}`, { progress: (line: string) => lines.push(line) });
  expect(lines.at(-1)).toMatch(/^up to \d+ pairs were left out, as too many records share/);
});

test('more records alike in everything than a block may hold are one all the same, in any order of the rows', async () => {
  const lines = [...crmRecords(10_000, 3)].map(({ line }) => line);
  const rows = [...lines, ...Array.from({ length: 400 }, () => lines[7])].map((line, at) => `${100_000 + at},${line}`);
  const fields = ['first_name', 'last_name', 'email', 'phone', 'company', 'street', 'city'];
  const map = fields.map((name) => `${name}=${name}`).join(',');
  const file = (some: string[]) => `id,${crmColumns.join(',')}\n${some.join('')}`;
  const { written, report } = await run(file(rows), { map });
  const own = /^100007,(\d+)$/m.exec(written)?.[1];
  expect(written.match(new RegExp(`^1[01]0\\d{3},${own}$`, 'gm'))?.length).toBeGreaterThan(400);
  expect(report.joinedUncomparedCount).toBeGreaterThan(300);
  expect((await run(file(rows.toReversed()), { map })).written).toBe(written);
});

test('where sources share ids, clusters and pairs say of which source a record is', async () => {
  const pairs = join(folder, 'pairs.csv');
  const csv =
    'id,from,first,last,mail\n1,A,Ann,Lee,ann@lee.io\n1,B,Ann,Lee,ann@lee.io\n2,A,Tom,Ford,t@ford.com\n2,B,Lucy,Hale,l@hale.com\n';
  const { written } = await run(csv, { source: 'from', pairs });
  expect(written).toBe('id,cluster_id,source\n1,A:1,A\n1,A:1,B\n2,A:2,A\n2,B:2,B\n');
  const [head, first] = (await readFile(pairs, 'utf8')).split('\n');
  expect(head).toBe('id_l,id_r,match_weight,match_probability,decision,evidence,source_l,source_r');
  expect(first).toMatch(/^1,1,.*,link,.*,A,B$/);
});

describe('files that cannot be read or written are told before any work, and none is left half written', () => {
  const csv = 'id,first,last,mail\n1,Ann,Lee,ann@lee.io\n2,Ann,Lee,ann@lee.io\n';
  let place = '';
  beforeEach(async () => {
    place = await mkdtemp(join(folder, 'place-'));
    await mkdir(join(place, 'folder'));
    await symlink(join(folder, 'records.csv'), join(place, 'same.csv'));
  });
  const clean = ['folder', 'same.csv'];

  test.each([
    [{ out: 'none/a.csv' }, /--out \S*: the folder \S*none does not exist; make it first/],
    [{ pairs: 'none/a.csv' }, /--pairs \S*: the folder/],
    [{ report: 'none/a.json' }, /--report \S*: the folder/],
    [{ out: 'folder' }, /--out \S*: it is a folder; name a file in it/],
    [{ out: 'same.csv' }, /--out \S*: it is the file that is read too/],
    [{ pairs: 'out.csv' }, /--pairs \S*: it is that of --out too/],
    [{ pairs: 'a', report: 'a' }, /--report \S*: it is that of --pairs too/],
    [{ file: 'folder' }, /folder: it is a folder; name a CSV file in it/],
    [{ file: '/dev/null' }, /null: it is a pipe or a device, and is read more than once; save it/],
    [{ file: 'nothing.csv' }, /nothing.csv: there is no such file/],
  ])('%j', async (names, told) => {
    const options = Object.fromEntries(Object.entries(names).map(([name, file]) => [name, resolve(place, file)]));
    await expect(run(csv, { out: join(place, 'out.csv'), ...options })).rejects.toThrow(told);
    expect(await readdir(place)).toEqual(clean);
  });

  test('what was there stays when one of the files fails', async () => {
    const [out, pairs] = [join(place, 'out.csv'), join(place, 'full')];
    await writeFile(out, 'before');
    await symlink('/dev/full', pairs);
    await expect(run(csv, { out, pairs })).rejects.toThrow(/--pairs \S*full: ENOSPC/);
    expect(await readFile(out, 'utf8')).toBe('before');
    expect(await readdir(place)).toEqual([...clean, 'full', 'out.csv'].toSorted());
  });
});

test('a cell of half a million letters is a value like any other', async () => {
  const long = 'Ann of the hills '.repeat(30_000);
  const { written } = await run(`id,first,last,mail\n1,"${long}",Lee,a@lee.io\n2,"${long}",Lee,a@lee.io\n`);
  expect(written).toBe('id,cluster_id\n1,1\n2,1\n');
});

describe('a file of which nothing was said', () => {
  const plainly = async (csv: string, extra: object = {}) => {
    const file = join(folder, 'plain.csv');
    await writeFile(file, csv);
    const out = join(folder, 'plain-groups.csv');
    const told: string[] = [];
    const report = await matchFile({ file, out, progress: (line) => told.push(line), ...extra });
    return { report, told, written: await readFile(out, 'utf8') };
  };

  test('columns are known by their names, rows by the number a spreadsheet gives them', async () => {
    const { told, written } = await plainly(
      '\ufeffVorname;Nachname;Straße;E-Mail;Notiz\r\nJürgen;Weiß;Ring 4;j.w@x.de;a\r\nJuergen;Weiss;Ring 4;j.w@x.de;b\r\n\r\nAnna;"Lang ""L""\r\nMeier";Weg 1;;c\r\nOtto;Karl;Gasse 3;o@y.de;\r\n',
    );
    expect(written).toBe('id,cluster_id\n2,2\n3,2\n5,5\n6,6\n');
    expect(told[0]).toBe(
      'The rows are taken for people, compared by first_name=Vorname, last_name=Nachname, email=E-Mail, street=Straße. A row goes by its number in a spreadsheet. Not compared: Notiz. Say it otherwise with --entity, --map, --compare and --id.',
    );
  });

  test('a column Id names the rows, and a list of companies is told from one of people', async () => {
    const { told, written } = await plainly(
      'Id,Company,Website\nx7,Acme Inc,acme.io\nx8,Acme,acme.io\nx9,Zeta,zeta.de\n',
    );
    expect(written).toBe('id,cluster_id\nx7,x7\nx8,x7\nx9,x9\n');
    expect(told[0]).toMatch(/^The rows are taken for companies, compared by .*A row goes by its column "Id"\./);
  });

  test('a column that numbers the rows in another language names them, unless a number is there twice or is a house', async () => {
    const of = (name: string, ids: string[]) =>
      `${name};Name;Ort\n${ids.map((id, at) => `${id};${at < 2 ? 'Anna Lang' : 'Otto Karl'};Ulm\n`).join('')}`;
    const known = await plainly(of('Kunden-Nr.', ['K7', 'K8', 'K9']));
    expect(known.written).toBe('id,cluster_id\nK7,K7\nK8,K7\nK9,K9\n');
    expect(known.told[0]).toContain('A row goes by its column "Kunden-Nr.".');
    for (const ids of [
      ['7', '8', '7'],
      ['7', '', '9'],
    ]) {
      const { told, written } = await plainly(of('Nr', ids));
      expect(written).toBe('id,cluster_id\n2,2\n3,2\n4,4\n');
      expect(told[0]).toContain('goes by its number in a spreadsheet. Not compared: Nr.');
    }
    const { told } = await plainly('Name,Street,No\nAnna Lang,Ring,4\nAnna Lang,Ring,5\n');
    expect(told[0]).toContain('goes by its number in a spreadsheet.');
  });

  test('a file of one column of names with commas, and one whose header is "row"', async () => {
    expect((await plainly('Name\n"Lee, Ann"\n"Lee, Ann"\nRay Bob\n')).written).toBe('id,cluster_id\n2,2\n3,2\n4,4\n');
    expect((await plainly('row,Name\n9,Ann Lee\n9,Ann Lee\n')).report.recordCount).toBe(2);
  });

  test('what was said is kept, and explained by the numbers', async () => {
    const said: string[] = [];
    const csv = 'A,B,Note\nAnn,Lee,1\nAnn,Lee,2\n';
    await plainly(csv, { map: 'first_name=A,last_name=B', explain: ['2,3'], say: (line: string) => said.push(line) });
    expect(said[0]).toMatch(/^2 and 3: /);
    await expect(plainly(csv, { map: 'first_name=A,last_name=B', explain: ['1,2'], say: () => {} })).rejects.toThrow(
      /"1"/,
    );
  });

  test.each([
    ['Shoe,Size\nred,41\n', /No column tells who a row is\. The columns are Shoe, Size\./],
    ['', /the file is empty/],
    ['Name,Town\nAnn Lee,Ulm\nBob\n', /plain\.csv, line 3, column "Name": the row has .* cells where the header has/],
    ['Id,Name\n1,Ann\n1,Bob\n', /line 3, column "Id": the id "1" was used before/],
  ])('%j is refused by its place', async (csv, message) => {
    await expect(plainly(csv)).rejects.toThrow(message);
  });
});
