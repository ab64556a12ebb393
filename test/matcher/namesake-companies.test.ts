import { expect, test } from 'vitest';
import { isPersonName } from '../../src/matcher/values/known-name.ts';

test('the name of a person is a known given name and one or two words more', () => {
  for (const name of ['james smith', 'mary anne johnson', 'maria garcia']) expect(isPersonName(name), name).toBe(true);
  for (const name of ['james', 'osterlund tools', 'james and sons', 'mary 4 u', 'james bay trading post', 'acme james'])
    expect(isPersonName(name), name).toBe(false);
});
