/** Each fault on the page of what proves the service stands with tests that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/internals/what-proves-the-service.md', 'utf8');

/** The rows of faults, without heads and rules. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| Fault |'))
    .map((line) => line.split(' | '));

/** What a row names that is not there; a row that names no test has that fault. */
function faultsOf(text: string): string[] {
  return rowsOf(text).flatMap((cells) => {
    const named = [...(cells[2] ?? '').matchAll(/`([\w/-]+)`: "([^"]+)"/g)];
    if (named.length === 0) return [`${cells[0]}: no test`];
    return named.flatMap(([, file, words]) => {
      const [folder, name] = file!.startsWith('emulator/') ? ['emulator/test', file!.slice(9)] : ['test', file!];
      const path = ['test.ts', 'db.test.ts'].map((end) => `${folder}/${name}.${end}`).find((one) => existsSync(one));
      if (path === undefined) return [`${file}: no such file`];
      const texts = readFileSync(path, 'utf8').match(/'(?:[^'\\\n]|\\.)+'/g) ?? [];
      return texts.some((text) => text.includes(words!)) ? [] : [`${path}: no test "${words}"`];
    });
  });
}

test('every fault has a test, and every test it names is there', () => {
  expect(rowsOf(page).length).toBeGreaterThan(60);
  expect(faultsOf(page)).toEqual([]);
});

test('a row without a test, with another file or other words is found', () => {
  const rows = [
    '| a | b | nobody looked |',
    '| a | b | `journey/nothing`: "x" |',
    '| a | b | `journey/outage`: "never written" |',
  ];
  expect(faultsOf(rows.join('\n'))).toEqual([
    '| a: no test',
    'journey/nothing: no such file',
    'test/journey/outage.db.test.ts: no test "never written"',
  ]);
});
