/** Salesforce ids of 15 (case-sensitive) or 18 characters become the one 18-character form that the tables hold. */
import { DomainError } from '../model/errors.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** Each suffix letter says which of five characters are upper case, first character in the lowest bit. */
function suffixOf(id15: string): string {
  const letters = [0, 5, 10].map((start) => {
    const bits = Array.from(id15.slice(start, start + 5), (letter, at) => (/[A-Z]/.test(letter) ? 1 << at : 0));
    return alphabet[bits.reduce((sum, bit) => sum + bit, 0)];
  });
  return letters.join('');
}

/**
 * @param pointer where it stands in the request
 * @throws DomainError `request-refused` when the last three characters do not fit, as after a change of case.
 */
export function toSalesforceId18(id: string, pointer = '/params/salesforceId'): string {
  const whole = id.slice(0, 15) + suffixOf(id.slice(0, 15));
  if (id.length === 15 || id.slice(15).toUpperCase() === whole.slice(15)) return whole;
  const message = `is not a Salesforce id: it should end in ${whole.slice(15)}; copy it again with its upper and lower case`;
  throw new DomainError('request-refused', `${id} ${message}.`, {
    faults: [{ pointer, message }],
  });
}
