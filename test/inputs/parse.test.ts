/** A CSV as people save it becomes rows, or faults that name line and column; nothing is guessed. */
import { describe, expect, it, test } from 'vitest';
import fc from 'fast-check';
import type { DomainError } from '../../src/model/errors.ts';
import { inputNamed } from '../../src/review/input.ts';
import { parseInput } from '../../src/review/input-csv.ts';

const parse = (name: string, text: string | Buffer) => parseInput(inputNamed(name), Buffer.from(text as string));
const faults = (name: string, text: string | Buffer) => {
  try {
    parse(name, text);
  } catch (error) {
    return (error as DomainError).faults.map(({ pointer, message }) => `${pointer}: ${message}`);
  }
  return [];
};
const spend = (month: string, amount: string, channel: string | null = 'Web') => ({
  month,
  channel,
  kind: null,
  amount,
  currency: null,
});

describe('is read', () => {
  it('with a BOM, semicolons, German decimals, per cent, and lines that end in blanks', () => {
    const file = '\uFEFFMonth;Channel;Amount;;\r\n01.2026;Web;1.234,56;;\r\n\r\n02/2026;Web;12;;\r\n';
    expect(parse('spend', file)).toEqual([spend('2026-01-01', '1234.56'), spend('2026-02-01', '12')]);
    expect(parse('margin', 'from;margin\n2026-01;80 %\n2027-01;0,75\n')).toEqual([
      { from: '2026-01-01', margin: '0.8' },
      { from: '2027-01-01', margin: '0.75' },
    ]);
  });
  it('as UTF-16 with tabs, as spreadsheets save "Unicode text"', () => {
    const text = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('month\tchannel\tamount\n2026-01\tMesse Köln\t5\n', 'utf16le'),
    ]);
    expect(parse('spend', text)).toEqual([spend('2026-01-01', '5', 'Messe Köln')]);
  });
  it('with thousands told by the rest of the file, and brackets for what came back', () => {
    expect(parse('spend', 'month,channel,amount\n2026-01,Web,"1,234"\n2026-02,Web,10.5\n2026-03,Web,(20)\n')).toEqual([
      spend('2026-01-01', '1234'),
      spend('2026-02-01', '10.5'),
      spend('2026-03-01', '-20'),
    ]);
  });
  it('a header alone, which takes the input back', () => {
    expect(parse('spend', 'month,amount\n')).toEqual([]);
  });
});

describe('is refused', () => {
  test.each([
    ['an empty file', '', /^line 1: is missing. The first line names the columns: month, channel \(optional\)/],
    ['a column nobody knows', 'month,amount,budget\n', /^line 1, column 3: is "budget", which is no column/],
    ['a column that is missing', 'month\n2026-01\n', /^line 1: has no column amount/],
    ['a column that is there twice', 'month,amount,month\n', /^line 1, column 3: is month once more/],
    ['no number', 'month,amount\n2026-01,many\n', /^line 2, column amount: is "many": write a number/],
    ['a number that may be two', 'month;amount\n2026-01;1.234\n', /^line 2, column amount: is 1.234: it is not clear/],
    ['a huge number', `month,amount\n2026-01,${'9'.repeat(16)}\n`, /^line 2, column amount: .*15 digits/],
    ['an exponent', 'month,amount\n2026-01,1e99\n', /^line 2, column amount: is "1e99"/],
    ['a month nobody can tell', 'month,amount\n01/02/2026,5\n', /^line 2, column month: is "01\/02\/2026"/],
    ['a month that is none', 'month,amount\n2026-13,5\n', /^line 2, column month/],
    [
      'a line twice',
      'month,channel,amount\n2026-01,Web,5\n2026-01,web,5\n',
      /^line 3: has the same month, channel, kind, currency as line 2/,
    ],
    ['a cell too many', 'month,amount\n2026-01,5,000\n', /^line 2: has 3 cells where the header has 2/],
    ['a quote that does not end', 'month,channel,amount\n2026-01,"Web,5\n', /^line \d+: cannot be read/],
    ['letters of another encoding', Buffer.from('month,channel,amount\n2026-01,M\xfcnchen,5\n', 'latin1'), /not UTF-8/],
    ['a kind that is none', 'month,kind,amount\n2026-01,salary,5\n', /write programme or other/],
  ])('%s', (_, text, fault) => {
    expect(faults('spend', text).join('\n')).toMatch(fault);
  });
  it('a share above 1, naming the line in the file though a cell before it has two lines', () => {
    expect(faults('margin', 'from,margin\n2026-01,80\n')[0]).toMatch(/^line 2, column margin: is 80: write a share/);
    const file = 'stage,status\nmql,"New\nlead"\nnone,Open\n';
    expect(faults('mql', file)[1]).toMatch(/^line 4, column stage: is "none"/);
  });
});

it('any amount that people may write in a file of its kind is read as it was meant', () => {
  const written = fc.record({
    cents: fc.bigInt(-(10n ** 15n), 10n ** 15n),
    sign: fc.constantFrom('.', ','),
    isGrouped: fc.boolean(),
  });
  fc.assert(
    fc.property(written, ({ cents, sign, isGrouped }) => {
      const size = cents < 0n ? -cents : cents;
      const rest = String(size % 100n).padStart(2, '0');
      const whole = String(size / 100n);
      const other = sign === '.' ? ',' : '.';
      const groups = isGrouped ? whole.replaceAll(/\B(?=(\d{3})+$)/g, other) : whole;
      const [row] = parse('spend', `month;amount\n2026-01;${cents < 0n ? '-' : ''}${groups}${sign}${rest}\n`);
      expect(Number(row!['amount'])).toBe(Number(cents) / 100);
    }),
  );
});
