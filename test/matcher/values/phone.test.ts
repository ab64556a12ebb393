/** Numbers that are read without the library are read as it reads them. */
import fc from 'fast-check';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { expect, test } from 'vitest';
import { phone } from '../../../src/matcher/values/contact-point.ts';

const countries = { US: '1', CA: '1', GB: '44', DE: '49', FR: '33', AU: '61', ID: '62', JP: '81' } as const;
const codes = Object.keys(countries) as (keyof typeof countries)[];

/** Digits with a separator here and there, behind a 0, a calling code or nothing. */
const numbers = fc
  .tuple(
    fc.constantFrom(...codes),
    fc.constantFrom('0', '+', '', '+0', '00'),
    fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 4, maxLength: 13 }),
    fc.array(fc.tuple(fc.nat(12), fc.constantFrom(' ', '-', '.')), { maxLength: 3 }),
  )
  .map(([code, head, national, separators]) => {
    const digits = national.split('');
    for (const [at, separator] of separators)
      if (at > 0 && at < digits.length && /\d/.test(`${digits[at - 1]}`))
        digits[at] = `${separator}${digits[at]?.at(-1)}`;
    const calling = head.startsWith('+') ? `+${countries[code]}${head.slice(1)}` : head;
    return `${calling}${digits.join('')}`;
  });

/** As people write them. */
const shaped = fc
  .tuple(
    fc.constantFrom(
      '(999) 999-9999',
      '+1 (999) 999 9999',
      '1-999-999-9999',
      '(99) 9999 9999',
      '+44 (0)99 9999 9999',
      '(999)999',
      '+9999999999',
    ),
    fc.array(fc.constantFrom(...'0123456789'.split('')), { minLength: 16, maxLength: 16 }),
  )
  .map(([shape, digits]) => shape.replace(/9/g, () => digits.pop() as string));

/** Too short, one digit only, or counted up. */
const isNobodys = (digits: string): boolean =>
  digits.length < 6 || /^(\d)\1+$/.test(digits.slice(-7)) || digits === '1234567890';

test('phones are what the library answers, whatever the country', () => {
  fc.assert(
    fc.property(fc.oneof(numbers, shaped), fc.constantFrom(...codes), (typed, code) => {
      // What a spreadsheet made of a number (spelling.ts) is undone before the library sees it.
      const text = typed.replace(/^(\+?\d{4,})\.0+$/, '$1');
      const digits = text.replace(/\D/g, '');
      const parsed = parsePhoneNumberFromString(text, code as CountryCode);
      const expected = parsed?.isPossible() ? parsed.number : digits;
      expect(phone(typed, code.toLowerCase())?.number).toBe(isNobodys(digits) ? undefined : expected);
    }),
    { numRuns: 20_000 },
  );
});

test('a separator of thousands behind a plus is no decimal point of a spreadsheet', () => {
  expect(phone('+100.000', 'us')?.number).toBe('100000');
  expect(phone('+1000.00', 'us')).toBeNull();
});
