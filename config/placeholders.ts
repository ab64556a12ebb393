/** What people write where they have nothing to write: the start of lists that admins may change, one for all objects. */

/** Family names that nobody has. */
export const madeUpNames = [
  'asdf',
  'asdfg',
  'qwerty',
  'unknown',
  'test',
  'testing',
  'xxx',
  'xx',
  'x',
  'lastname',
  'last name',
  'surname',
  'nachname',
  'nobody',
  'anonymous',
  'not provided',
  'tbd',
];
/** Domains that nobody has an address at. */
export const madeUpDomains = [
  'test.com',
  'test.de',
  'test.org',
  'none.com',
  'noemail.com',
  'nomail.com',
  'no-email.com',
  'asdf.com',
  'na.com',
  'xxx.com',
];
/** Words that make an address up, before the @ and after it. */
export const madeUpMailboxes = ['test', 'asdf', 'noemail', 'none', 'na', 'xxx', 'a', 'aa', 'abc'];
/** Last seven digits of numbers that are made up. */
export const madeUpNumbers = ['1234567', '2345678', '3456789', '4567890', '7654321'];
