/** A list comes as somebody's spreadsheet saved it. */
import { expect, it } from 'vitest';
import { readList } from '../../src/lookup/list-file.ts';

const text = 'Vorname;Nachname;Ort\nJürgen;Weiß;Köln\nZoë;Müller;Zürich\nJosé;Núñez;Málaga\n';
const rows = [
  { line: 2, cells: ['Jürgen', 'Weiß', 'Köln'] },
  { line: 3, cells: ['Zoë', 'Müller', 'Zürich'] },
  { line: 4, cells: ['José', 'Núñez', 'Málaga'] },
];

it.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
  ['Windows-1252', Buffer.from(text, 'latin1')],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
])('in %s it is read letter by letter', async (_, content) => {
  expect(await readList(content, 'fair.csv')).toEqual({ header: ['Vorname', 'Nachname', 'Ort'], rows });
});

it('UTF-8 with a broken letter is refused by its place, not guessed', async () => {
  const broken = Buffer.concat([Buffer.from('name;town\nJürgen Größe;K'), Buffer.from([0xf6]), Buffer.from('ln\n')]);
  await expect(readList(broken, 'fair.csv')).rejects.toThrow(/fair\.csv/);
});

it.each([
  ['xlsx', [0x50, 0x4b, 3, 4]],
  ['xls', [0xd0, 0xcf, 0x11, 0xe0]],
])('a workbook is told as one: %s', async (_, head) => {
  const workbook = Buffer.concat([Buffer.from(head), Buffer.alloc(60, 7)]);
  await expect(readList(workbook, 'fair.xlsx')).rejects.toThrow(
    'fair.xlsx is a workbook, as Excel saves it: save it as CSV.',
  );
});
