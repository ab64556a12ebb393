import { expect, it } from 'vitest';
import { brokenMark, nulMark } from '../../src/model/text-mark.ts';
import { csvHeader, csvLine, parseExactly } from '../../src/salesforce/record-csv.ts';

const line = (value: string) => {
  const record = parseExactly(`{"n":1,"v":${value}}`) as Record<string, unknown>;
  expect(record.n).toBe(1);
  return csvLine(record, ['v']);
};

it.each([
  ['123456789012345.678', '"123456789012345.678"'],
  ['123456789012345678', '"123456789012345678"'],
  ['1.6147805824397123E13', '"1.6147805824397123E13"'],
  ['0.1', '"0.1"'],
  ['true', '"true"'],
  ['null', ''],
  ['""', ''],
  ['"a \\"b\\"\\nc"', '"a ""b""\nc"'],
  ['"01234"', '"01234"'],
  ['{"city":"Köln"}', '"{""city"":""Köln""}"'],
])('writes the JSON value %s digit for digit', (json, cell) => {
  expect(line(json)).toBe(`${cell}\n`);
});

it('marks what PostgreSQL cannot hold', () => {
  expect(line('"a\\u0000b"')).toBe(`"a${nulMark}b"\n`);
  expect(line('"a\\ud83db"')).toBe(`"a${brokenMark}b"\n`);
  expect(line('"a\\ud83d\\ude00b"')).toBe('"a😀b"\n');
});

it('has a header line and a cell for a field that the record lacks', () => {
  expect(csvHeader(['Id', 'Name'])).toBe('"Id","Name"\n');
  expect(csvLine({ Id: '1' }, ['Id', 'Name'])).toBe('"1",\n');
});

it('says so when the text is not JSON', () => {
  expect(parseExactly('<html>')).toBeUndefined();
});
