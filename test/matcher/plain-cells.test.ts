/** Plain e-mail addresses and phone numbers are read from their bytes as the functions of values read them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MatchLayout } from '../../src/matcher/definition.ts';
import { columnOf, PartColumns } from '../../src/matcher/read/part-columns.ts';
import { PlainEmails, PlainPhones } from '../../src/matcher/read/plain-cells.ts';
import { textAt } from '../../src/matcher/read/pool.ts';
import { columnNames, standardiser } from '../../src/matcher/read/standard.ts';

const layout: MatchLayout = { entity: 'person', fields: ['email', 'phone', 'country'], extras: [] };
const names = columnNames(layout);

/** What the rows have: by row and column the text, or null. */
function readRows(rowCount: number, fill: (columns: PartColumns) => void): (string | null)[][] {
  const columns = new PartColumns(layout);
  columns.start(rowCount);
  fill(columns);
  const { ids } = columns.finish();
  const met = columns.gathered();
  return Array.from({ length: rowCount }, (_, row) =>
    names.map((_, column) => {
      const id = columnOf(ids, column, rowCount)[row] ?? -1;
      return id < 0 ? null : textAt(met[column]!.texts, id);
    }),
  );
}
/** Columns of a row that hold texts to compare. */
const wanted = ['email', 'local', 'provider', 'domain', 'phone'].map((name) => names.indexOf(name));

const word = fc.constantFrom(
  'jo',
  'Ann',
  '.',
  '..',
  '_',
  '-',
  '+x',
  'info',
  'test',
  'xx',
  'x',
  '1',
  "'",
  '"',
  ' ',
  'é',
  'no-reply',
  ':',
);
const host = fc.constantFrom(
  'acme.com',
  'Gmail.com',
  'googlemail.com',
  'mail.co.uk',
  'test.de',
  'a',
  'yahoo.fr',
  'acme.com.',
  '.',
  '',
  'x@y.de',
);
const address = fc
  .tuple(fc.array(word, { maxLength: 4 }), fc.constantFrom('@', '@', '@', '', '@@'), host)
  .map(([words, sign, domain]) => `${words.join('')}${sign}${domain}`);

test('e-mail addresses', () => {
  fc.assert(
    fc.property(fc.array(address, { maxLength: 12 }), (all) => {
      const values = all.filter((text) => text !== '');
      const plain: boolean[] = [];
      const found = readRows(values.length, (columns) => {
        const emails = new PlainEmails(columns);
        for (const [row, text] of values.entries()) {
          const bytes = Buffer.from(`,${text},`);
          plain.push(emails.fill(row, bytes, 1, bytes.length - 1));
        }
      });
      const standardise = standardiser(layout);
      for (const [row, text] of values.entries()) {
        const expected = standardise([text, null, null]);
        for (const at of wanted) expect(found[row]![at]).toBe(plain[row] ? expected[at] : null);
      }
    }),
    { numRuns: 3000 },
  );
});

test('most e-mail addresses are plain', () => {
  const isPlain = (text: string) => new PlainEmails(started()).fill(0, Buffer.from(text), 0, text.length);
  const started = () => {
    const columns = new PartColumns(layout);
    columns.start(1);
    return columns;
  };
  expect(['jo.ann@acme.com', 'Jo@Gmail.com', 'j.o@gmail.com'].every(isPlain)).toBe(true);
  expect(['info@acme.com', 'jo+x@acme.com', 'jo@googlemail.com', 'jo@test.com'].some(isPlain)).toBe(false);
});

const country = fc.constantFrom(null, 'United States', 'germany', 'UK', 'fr', 'Nowhere', 'canada');
const digit = fc.constantFrom(...'0123456789'.split(''));
const number = fc
  .tuple(
    fc.constantFrom('', '+1', '1', '0', '+44', '+49 ', '('),
    fc.array(fc.tuple(fc.constantFrom('', '', '', '', ' ', '-', '.', '(', ')', ') '), digit), { maxLength: 11 }),
  )
  .map(([head, rest]) => `${head}${rest.flat().join('')}`);
const shaped = fc
  .tuple(
    fc.constantFrom('(999) 999-9999', '+1 999 999 9999', '999.999.9999', '0999 999999', '+44 999 9999999', '9999999'),
    fc.array(digit, { minLength: 16, maxLength: 16 }),
  )
  .map(([shape, digits]) => shape.replace(/9/g, () => digits.pop() as string));

test('phone numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(number, shaped), country), { maxLength: 12 }), (all) => {
      const values = all.filter(([text]) => text !== '');
      const plain: boolean[] = [];
      const found = readRows(values.length, (columns) => {
        const phones = new PlainPhones(columns);
        for (const [row, [text, land]] of values.entries()) {
          const bytes = Buffer.from(`${land ?? ''}${text}`);
          const to = land?.length ?? 0;
          plain.push(phones.fill(row, bytes, to, bytes.length, 0, to));
        }
      });
      const standardise = standardiser(layout);
      for (const [row, [text, land]] of values.entries()) {
        const expected = standardise([null, text, land]);
        for (const at of wanted) expect(found[row]![at]).toBe(plain[row] ? expected[at] : null);
      }
    }),
    { numRuns: 3000 },
  );
});
