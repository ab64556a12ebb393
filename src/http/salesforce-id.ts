/** Salesforce ids of 15 (case-sensitive) or 18 characters become the one 18-character form that the tables hold. */
import { z } from 'zod';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** Each suffix letter says which of five characters are upper case, first character in the lowest bit. */
function suffixOf(id15: string): string {
  const letters = [0, 5, 10].map((start) => {
    const bits = Array.from(id15.slice(start, start + 5), (letter, at) => (/[A-Z]/.test(letter) ? 1 << at : 0));
    return alphabet[bits.reduce((sum, bit) => sum + bit, 0)];
  });
  return letters.join('');
}

const whole = (id: string) => id.slice(0, 15) + suffixOf(id.slice(0, 15));

/** An id in a request. Refused when the last three characters do not fit, as after a change of case. */
export const salesforceId = z
  .string()
  .regex(/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/, { message: 'must have 15 or 18 characters', abort: true })
  .refine((id) => id.length === 15 || id.toUpperCase().slice(15) === whole(id).slice(15), {
    error: ({ input }) =>
      `is not a Salesforce id: it should end in ${whole(String(input)).slice(15)}; copy it again with its upper and lower case`,
  })
  .overwrite(whole);
