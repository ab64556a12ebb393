/** Numbers that are read without the library are read as it reads them. */
import fc from 'fast-check';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { expect, test } from 'vitest';
import { phone } from '../../../src/pipeline/standardise/contact-point.ts';

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

test('phones are what the library answers, whatever the country', () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(...codes), (text, code) => {
      const found = phone(text, code.toLowerCase());
      if (found === null) return;
      const parsed = parsePhoneNumberFromString(text, code as CountryCode);
      expect(found.number).toBe(parsed?.isPossible() ? parsed.number : text.replace(/\D/g, ''));
    }),
    { numRuns: 20_000 },
  );
});
