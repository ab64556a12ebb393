/** The words for what ends a command: known faults of the machine in a line, a fault of our own without what may be secret. */
import { expect, test } from 'vitest';
import { wordsOf } from '../../src/cli/fault.ts';
import { DomainError } from '../../src/model/errors.ts';

const words = (fields: object, command = 'serve') =>
  wordsOf(Object.assign(new Error('words of the system'), fields), command, '/var/lib/assay');

test('an error nobody foresaw shows where it happened, never its fields', () => {
  const text = words({ command: { name: 'auth', args: ['hunter2'] }, config: { password: 'hunter2' } });
  expect(text).toMatch(/fault in Assay\. Error: words of the system\n +at .*fault\.test\.ts/);
  expect(text).not.toContain('hunter2');
});

test.each([
  [
    { code: 'ENOSPC', path: '/var/lib/assay/org/Account.csv' },
    /^The disk is full: \/var\/lib\/assay\/org\/Account\.csv\. Free/,
  ],
  [{ code: '53100' }, /^The disk of PostgreSQL is full: words of the system\. /],
  [{ code: '25006' }, /^PostgreSQL accepts no writes: words of the system\. /],
  [{ code: 'EACCES', syscall: 'listen', address: '127.0.0.1', port: 80 }, /^Port 80 .* Set PORT to 1024 or above\.$/],
  [
    { code: 'EROFS', path: '/var/lib/assay/postgres' },
    /^The data folder \/var\/lib\/assay cannot be used: the file system is read-only/,
  ],
  [{ code: 'EACCES', path: '/var/lib' }, /^The data folder \/var\/lib\/assay cannot be used: this user has no right/],
])('%j is one line', (fields, line) => {
  expect(words(fields)).toMatch(line);
  expect(words(fields)).not.toContain('\n');
});

test('a file elsewhere is not taken for the data folder', () => {
  expect(words({ code: 'EACCES', path: '/etc/shadow' })).toMatch(/fault in Assay/);
  expect(words({ code: 'EACCES', path: '/var/lib/assay-of-another' })).toMatch(/fault in Assay/);
});

test('several faults are a line each, one fault is one line with what to do', () => {
  const faults = [
    { pointer: 'PORT', message: 'must be a number' },
    { pointer: 'HOST', message: 'is not set' },
  ];
  const several = wordsOf(new DomainError('config-invalid', 'Two.', { faults }), 'serve', '.assay');
  expect(several.split('\n').slice(1, 3)).toEqual(['  PORT must be a number', '  HOST is not set']);
  expect(wordsOf(new DomainError('option-invalid', 'One.'), 'serve', '.assay').split('\n')).toHaveLength(1);
});
